//! Removing what nobody needs any more, a little at a time.

use std::{fmt::Display, future::Future, time::Duration};

use telemetry::Telemetry;

use crate::Shutdown;

const EVERY: Duration = Duration::from_secs(60);
/// Rows that one statement removes: few enough that nobody waits for their locks.
pub const BATCH: i64 = 1_000;
/// Statements in one go: after a long pause the table gets small over minutes, not in one storm.
const MAX_BATCHES: usize = 20;

/// Calls `delete` (it removes up to [`BATCH`] rows of `table` and says how many they were) again and
/// again until the stop. Every replica does; rows that one has locked the others skip or wait for. Makes
/// no spans; `throughline.retention.deleted_rows` counts.
pub async fn keep<F, R, E>(telemetry: Telemetry, table: &'static str, delete: F, shutdown: Shutdown)
where
    F: Fn() -> R + Send + Sync,
    R: Future<Output = Result<u64, E>> + Send,
    E: Display,
{
    let deleted = telemetry.deleted_rows(table);
    while !shutdown.is_requested() {
        for _ in 0..MAX_BATCHES {
            match telemetry.unrecorded(delete()).await {
                Ok(rows) => {
                    deleted.add(rows);
                    if rows < BATCH.cast_unsigned() {
                        break;
                    }
                }
                Err(error) => {
                    tracing::warn!(error = %error, table, "old rows were not removed, trying again later");
                    break;
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = shutdown.requested() => {}
        }
    }
}
