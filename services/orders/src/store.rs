//! All SQL of the service, one function a statement. The name given to each is its span's name.

mod place;
mod orders;
mod settle;
mod outbox;
mod calls;

use std::time::Duration;

use chassis::{ConfigError, Probe, Secret, Shutdown, database};
use sqlx::{migrate::Migrator, postgres::types::PgInterval};
use telemetry::{Postgres, Telemetry, Transaction};

use crate::{error::Error, orders::Product};

pub use calls::Call;
pub use outbox::OutboxEvent;
pub use place::KeyClaim;

/// What this build needs its database to be.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/orders");

#[derive(Clone)]
pub struct Store {
    db: Postgres,
    resend_after: Option<PgInterval>,
}

/// What happens in here happens together, or not at all: dropped without a commit, it never was.
pub struct StoreTransaction {
    transaction: Transaction,
}

#[derive(sqlx::FromRow)]
struct ProductRow {
    sku: String,
    name: String,
    price_minor: i64,
    currency: String,
}

impl Store {
    pub fn new(
        url: &Secret,
        resend_after: Option<Duration>,
        telemetry: &Telemetry,
    ) -> Result<Self, ConfigError> {
        let resend_after =
            resend_after.map(PgInterval::try_from).transpose().map_err(|_| ConfigError::Invalid {
                name: "OUTBOX_RESEND_AFTER",
                allowed: "a duration in whole microseconds, e.g. 5s",
            })?;
        Ok(Self { db: telemetry.postgres(database::pool(url)?), resend_after })
    }

    pub fn probe(&self) -> impl Fn() -> Probe + use<> {
        database::probe(self.db.pool())
    }

    pub async fn verify(&self, shutdown: &Shutdown) -> Result<(), database::SchemaError> {
        database::verify(self.db.pool(), &MIGRATIONS, shutdown).await
    }

    pub async fn begin(&self) -> Result<StoreTransaction, Error> {
        Ok(StoreTransaction { transaction: self.db.begin().await? })
    }

    pub async fn list_products(&self) -> Result<Vec<Product>, Error> {
        let rows: Vec<ProductRow> =
            sqlx::query_as("SELECT sku, name, price_minor, currency FROM products ORDER BY sku")
                .fetch_all(self.db.named("SELECT products"))
                .await?;
        Ok(rows.into_iter().map(ProductRow::into_product).collect())
    }
}

impl StoreTransaction {
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.transaction.commit().await?)
    }

    pub async fn rollback(self) -> Result<(), Error> {
        Ok(self.transaction.rollback().await?)
    }
}

impl ProductRow {
    fn into_product(self) -> Product {
        let price = crate::orders::Money { amount_minor: self.price_minor, currency: self.currency };
        Product { sku: self.sku, name: self.name, price }
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
