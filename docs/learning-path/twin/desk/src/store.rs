//! All SQL of the desk: holds, and the outbox.

use prost::Message;
use proto::v1::HoldPlaced;
use sqlx::PgPool;
use uuid::Uuid;

#[derive(Clone)]
pub struct Store {
    db: PgPool,
}

/// A row of the outbox.
#[derive(sqlx::FromRow)]
pub struct Event {
    pub id: Uuid,
    pub payload: Vec<u8>,
}

impl Store {
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let db = PgPool::connect(url).await?;
        sqlx::migrate!().run(&db).await?;
        Ok(Self { db })
    }

    /// The hold and its event: both, or neither.
    pub async fn place(&self, isbn: &str, reader: &str) -> Result<Uuid, sqlx::Error> {
        let id = Uuid::now_v7();
        let event = HoldPlaced { hold_id: id.to_string(), isbn: isbn.to_owned() };
        let mut transaction = self.db.begin().await?;
        sqlx::query("INSERT INTO holds (id, isbn, reader) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(isbn)
            .bind(reader)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO outbox (id, payload) VALUES ($1, $2)")
            .bind(Uuid::now_v7())
            .bind(event.encode_to_vec())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// The oldest events first.
    pub async fn waiting(&self) -> Result<Vec<Event>, sqlx::Error> {
        sqlx::query_as("SELECT id, payload FROM outbox ORDER BY id LIMIT 100").fetch_all(&self.db).await
    }

    pub async fn sent(&self, id: Uuid) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM outbox WHERE id = $1").bind(id).execute(&self.db).await?;
        Ok(())
    }
}
