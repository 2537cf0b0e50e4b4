//! All SQL of the service, one function a statement. The name given to each is its span's name.

use chassis::{ConfigError, Probe, Secret, Shutdown, database};
use sqlx::migrate::Migrator;
use telemetry::{Postgres, Telemetry};
// <grpc>
use time::OffsetDateTime;
use uuid::Uuid;
// </grpc>

use crate::{
    error::Error,
    my_things::{MyThing, MyThingId, NewMyThing},
};

/// What this build needs its database to be.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/my-things");

#[derive(Clone)]
pub struct Store {
    db: Postgres,
}

#[derive(sqlx::FromRow)]
struct Row {
    // <grpc>
    id: Uuid,
    // </grpc>
    name: String,
    // <grpc>
    created_at: OffsetDateTime,
    // </grpc>
}

impl From<Row> for MyThing {
    fn from(row: Row) -> Self {
        Self {
            // <grpc>
            id: MyThingId(row.id),
            // </grpc>
            name: row.name,
            // <grpc>
            created_at: row.created_at,
            // </grpc>
        }
    }
}

impl Store {
    pub fn new(url: &Secret, telemetry: &Telemetry) -> Result<Self, ConfigError> {
        Ok(Self { db: telemetry.postgres(database::pool(url)?) })
    }

    pub fn probe(&self) -> impl Fn() -> Probe + use<> {
        database::probe(self.db.pool())
    }

    pub async fn verify(&self, shutdown: &Shutdown) -> Result<(), database::SchemaError> {
        database::verify(self.db.pool(), &MIGRATIONS, shutdown).await
    }

    /// `None` when the id is there already.
    pub async fn insert(&self, new: &NewMyThing) -> Result<Option<MyThing>, Error> {
        let row: Option<Row> = sqlx::query_as(
            "INSERT INTO my_things (id, name) VALUES ($1, $2)
             ON CONFLICT (id) DO NOTHING
             RETURNING id, name, created_at",
        )
        .bind(new.id.0)
        .bind(&new.name.0)
        .fetch_optional(self.db.named("INSERT my_things"))
        .await?;
        Ok(row.map(MyThing::from))
    }

    pub async fn find(&self, id: MyThingId) -> Result<Option<MyThing>, Error> {
        let row: Option<Row> = sqlx::query_as("SELECT id, name, created_at FROM my_things WHERE id = $1")
            .bind(id.0)
            .fetch_optional(self.db.named("SELECT my_things"))
            .await?;
        Ok(row.map(MyThing::from))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            // Nothing was done, and trying again may help: the caller should know.
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Self::unavailable(error),
            other => Self::internal(other),
        }
    }
}
