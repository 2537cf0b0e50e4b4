//! All SQL of the service, one function a statement. The name given to each is its span's name.

use chassis::{ConfigError, Secret, Shutdown, database};
use sqlx::migrate::Migrator;
use telemetry::{Postgres, Telemetry};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    accounts::{User, UserId},
    error::Error,
};

/// What this build needs its database to be.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/users");

#[derive(Clone)]
pub struct Store {
    db: Postgres,
}

#[derive(sqlx::FromRow)]
struct UserRow {
    id: Uuid,
    email: String,
    name: String,
    status: String,
    password_hash: String,
    created_at: OffsetDateTime,
}

impl UserRow {
    fn into_user(self) -> User {
        User {
            id: UserId(self.id),
            email: self.email,
            name: self.name,
            may_order: self.status == "active",
            created_at: self.created_at,
        }
    }
}

impl Store {
    pub fn new(url: &Secret, telemetry: &Telemetry) -> Result<Self, ConfigError> {
        Ok(Self { db: telemetry.postgres(database::pool(url)?) })
    }

    pub fn probe(&self) -> impl Fn() -> chassis::Probe + use<> {
        database::probe(self.db.pool())
    }

    pub async fn verify(&self, shutdown: &Shutdown) -> Result<(), database::SchemaError> {
        database::verify(self.db.pool(), &MIGRATIONS, shutdown).await
    }

    /// `None` when the address is taken.
    pub async fn insert_user(
        &self,
        id: UserId,
        email: &str,
        name: &str,
        password_hash: &str,
    ) -> Result<Option<User>, Error> {
        let row: Option<UserRow> = sqlx::query_as(
            "INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
             ON CONFLICT (email) DO NOTHING
             RETURNING id, email, name, status, password_hash, created_at",
        )
        .bind(id.0)
        .bind(email)
        .bind(name)
        .bind(password_hash)
        .fetch_optional(self.db.named("INSERT users"))
        .await?;
        Ok(row.map(UserRow::into_user))
    }

    pub async fn find_user(&self, id: UserId) -> Result<Option<User>, Error> {
        let row: Option<UserRow> = sqlx::query_as(
            "SELECT id, email, name, status, password_hash, created_at FROM users WHERE id = $1",
        )
        .bind(id.0)
        .fetch_optional(self.db.named("SELECT users"))
        .await?;
        Ok(row.map(UserRow::into_user))
    }

    /// With the hash of the password, which only authentication asks for.
    pub async fn find_by_email(&self, email: &str) -> Result<Option<(User, String)>, Error> {
        let row: Option<UserRow> = sqlx::query_as(
            "SELECT id, email, name, status, password_hash, created_at FROM users WHERE email = $1",
        )
        .bind(email)
        .fetch_optional(self.db.named("SELECT users"))
        .await?;
        Ok(row.map(|mut row| {
            let hash = std::mem::take(&mut row.password_hash);
            (row.into_user(), hash)
        }))
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
