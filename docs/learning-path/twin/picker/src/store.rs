//! All SQL of the picker.

use proto::v1::HoldPlaced;
use sqlx::PgPool;
use uuid::Uuid;

pub struct Store {
    db: PgPool,
}

impl Store {
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let db = PgPool::connect(url).await?;
        sqlx::migrate!().run(&db).await?;
        Ok(Self { db })
    }

    /// Notes the book once, however often the event comes.
    pub async fn pick(&self, event: Uuid, placed: &HoldPlaced) -> Result<(), sqlx::Error> {
        let mut transaction = self.db.begin().await?;
        let new = sqlx::query("INSERT INTO inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING")
            .bind(event)
            .execute(&mut *transaction)
            .await?;
        if new.rows_affected() == 1 {
            sqlx::query("INSERT INTO picks (hold_id, isbn) VALUES ($1::uuid, $2)")
                .bind(&placed.hold_id)
                .bind(&placed.isbn)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }
}
