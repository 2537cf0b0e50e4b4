//! All SQL of the service, one function a statement. The name given to each is its span's name.
//!
//! A confirmed order takes four statements between BEGIN and COMMIT. The stock rows are locked by the
//! first one, in the order of their SKUs, so that two orders can't wait for each other.

use std::collections::HashMap;

use chassis::{ConfigError, Probe, Secret, Shutdown, database};
use sqlx::migrate::Migrator;
use telemetry::{Postgres, Telemetry, Transaction};
use uuid::Uuid;

use crate::{
    error::Error,
    reservation::{Available, Line, Outcome, PlacedOrder, Rejection},
};

/// What this build needs its database to be.
pub static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations/order-worker");

#[derive(Clone)]
pub struct Store {
    db: Postgres,
}

/// What happens in here happens together, or not at all: dropped without a commit, it never was.
pub struct StoreTransaction {
    transaction: Transaction,
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

    pub async fn begin(&self) -> Result<StoreTransaction, Error> {
        Ok(StoreTransaction { transaction: self.db.begin().await? })
    }

    /// Forgets events that can't come again, up to `limit` of them.
    pub async fn delete_old_events(&self, limit: i64) -> Result<u64, Error> {
        let deleted = sqlx::query(
            "DELETE FROM inbox WHERE event_id IN (
                 SELECT event_id FROM inbox WHERE handled_at < now() - interval '14 days'
                 ORDER BY handled_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
        )
        .bind(limit)
        .execute(self.db.named("DELETE inbox"))
        .await?;
        Ok(deleted.rows_affected())
    }

    /// What came of this event when it was here before.
    pub async fn find_outcome(&self, event_id: Uuid) -> Result<Option<Outcome>, Error> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT rejection_reason FROM inbox WHERE event_id = $1")
                .bind(event_id)
                .fetch_optional(self.db.named("SELECT inbox"))
                .await?;
        Ok(row.map(|(reason,)| {
            reason.map_or(Outcome::Confirmed, |reason| Outcome::Rejected(Rejection(reason)))
        }))
    }
}

impl StoreTransaction {
    pub async fn commit(self) -> Result<(), Error> {
        Ok(self.transaction.commit().await?)
    }

    /// Rows without a number are read but not locked: nobody has to wait for what never runs out.
    pub async fn lock_stock(&mut self, lines: &[Line]) -> Result<HashMap<String, Available>, Error> {
        let skus: Vec<&str> = lines.iter().map(|line| line.sku.as_str()).collect();
        let rows: Vec<(String, Option<i64>)> = sqlx::query_as(
            "WITH counted AS (
                 SELECT sku, available FROM stock
                 WHERE sku = ANY($1) AND available IS NOT NULL ORDER BY sku FOR UPDATE)
             SELECT sku, available FROM counted
             UNION ALL
             SELECT sku, available FROM stock WHERE sku = ANY($1) AND available IS NULL",
        )
        .bind(skus)
        .fetch_all(self.transaction.named("SELECT stock"))
        .await?;
        let available = |units: Option<i64>| units.map_or(Available::Unlimited, Available::Units);
        Ok(rows.into_iter().map(|(sku, units)| (sku, available(units))).collect())
    }

    pub async fn take_stock(&mut self, lines: &[Line]) -> Result<(), Error> {
        let (skus, quantities) = columns(lines);
        sqlx::query(
            "UPDATE stock SET available = available - taken.quantity
             FROM unnest($1::text[], $2::bigint[]) AS taken (sku, quantity)
             WHERE stock.sku = taken.sku AND stock.available IS NOT NULL",
        )
        .bind(skus)
        .bind(quantities)
        .execute(self.transaction.named("UPDATE stock"))
        .await?;
        Ok(())
    }

    pub async fn insert_reservations(&mut self, order_id: Uuid, lines: &[Line]) -> Result<(), Error> {
        let (skus, quantities) = columns(lines);
        sqlx::query(
            "INSERT INTO reservations (order_id, sku, quantity)
             SELECT $1, line.sku, line.quantity FROM unnest($2::text[], $3::bigint[]) AS line (sku, quantity)",
        )
        .bind(order_id)
        .bind(skus)
        .bind(quantities)
        .execute(self.transaction.named("INSERT reservations"))
        .await?;
        Ok(())
    }

    /// The units go back to where they were counted, in the same statement: a reservation is given back
    /// once, by whoever deletes it.
    pub async fn delete_reservations(&mut self, order_id: Uuid) -> Result<(), Error> {
        sqlx::query(
            "WITH released AS (DELETE FROM reservations WHERE order_id = $1 RETURNING sku, quantity)
             UPDATE stock SET available = available + released.quantity FROM released
             WHERE stock.sku = released.sku AND stock.available IS NOT NULL",
        )
        .bind(order_id)
        .execute(self.transaction.named("DELETE reservations"))
        .await?;
        Ok(())
    }

    /// Fails when the event was handled at the same time elsewhere; the transaction then never was, and
    /// the next attempt finds the other's outcome.
    pub async fn insert_outcome(&mut self, placed: &PlacedOrder, outcome: &Outcome) -> Result<(), Error> {
        let reason = match outcome {
            Outcome::Confirmed => None,
            Outcome::Rejected(rejection) => Some(rejection.to_string()),
        };
        sqlx::query("INSERT INTO inbox (event_id, order_id, rejection_reason) VALUES ($1, $2, $3)")
            .bind(placed.event_id)
            .bind(placed.order_id)
            .bind(reason)
            .execute(self.transaction.named("INSERT inbox"))
            .await?;
        Ok(())
    }
}

fn columns(lines: &[Line]) -> (Vec<&str>, Vec<i64>) {
    lines.iter().map(|line| (line.sku.as_str(), line.quantity)).unzip()
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => Self::Outage(error.into()),
            other => Self::Internal(other.into()),
        }
    }
}
