//! What waits in a database for a lock that a test holds.

use std::{ops::RangeBounds, time::Duration};

use sqlx::PgPool;

use super::System;

const PATIENCE: Duration = Duration::from_secs(120);
const SQL: &str = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";

impl System {
    /// Until so many statements of the database wait for a lock.
    pub async fn waiting(&self, pool: &PgPool, so_many: impl RangeBounds<i64>) {
        let wait = async {
            while !so_many.contains(&sqlx::query_scalar(SQL).fetch_one(pool).await.unwrap()) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        assert!(waited.is_ok(), "nobody waits for the lock:\n{}", self.logs());
    }
}
