//! The outbox: events on their way to the broker.

use std::time::Duration;

use sqlx::types::{Json, Uuid};
use telemetry::TraceContext;

use super::{Store, StoreTransaction};
use crate::error::Error;

/// An event as the outbox keeps it.
#[derive(Debug)]
pub struct OutboxEvent {
    pub id: Uuid,
    pub order_id: Uuid,
    pub topic: String,
    pub key: String,
    pub payload: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: Uuid,
    position: i64,
    order_id: Uuid,
    topic: String,
    key: String,
    payload: Vec<u8>,
    trace_context: Json<TraceContext>,
}

impl StoreTransaction {
    pub async fn insert_event(&mut self, event: &OutboxEvent, context: &TraceContext) -> Result<(), Error> {
        sqlx::query(
            "INSERT INTO outbox (id, order_id, topic, key, payload, trace_context)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(event.id)
        .bind(event.order_id)
        .bind(&event.topic)
        .bind(&event.key)
        .bind(&event.payload)
        .bind(Json(context))
        .execute(self.transaction.named("INSERT outbox"))
        .await?;
        Ok(())
    }
}

impl Store {
    /// Takes up to `limit` events for a while, the earliest first: unsent ones, and sent ones whose order
    /// is overdue. An event waits while an earlier one of its key is unsent, so that keys keep their order.
    pub async fn lease_events(&self, limit: i64) -> Result<Vec<(OutboxEvent, TraceContext)>, Error> {
        let mut rows: Vec<EventRow> = sqlx::query_as(
            // The lease is longer than the producer tries (message.timeout.ms).
            "UPDATE outbox SET leased_until = now() + interval '15 seconds'
             WHERE id IN (
                 SELECT id FROM outbox AS candidate
                 WHERE (leased_until IS NULL OR leased_until < now())
                   AND (sent_at IS NULL OR sent_at < now() - $2)
                   AND NOT EXISTS (
                       SELECT FROM outbox AS earlier
                       WHERE earlier.key = candidate.key AND earlier.position < candidate.position
                         AND earlier.sent_at IS NULL)
                 ORDER BY position
                 LIMIT $1
                 FOR UPDATE SKIP LOCKED)
             RETURNING id, position, order_id, topic, key, payload, trace_context",
        )
        .bind(limit)
        .bind(self.resend_after)
        .fetch_all(self.db.named("UPDATE outbox"))
        .await?;
        rows.sort_by_key(|row| row.position);
        Ok(rows.into_iter().map(EventRow::into_event).collect())
    }

    /// How many rows there are and how old the oldest is; zero when there is none.
    pub async fn measure_outbox(&self) -> Result<(u64, Duration), Error> {
        let (rows, seconds): (i64, f64) = sqlx::query_as(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 FROM outbox",
        )
        .fetch_one(self.db.named("SELECT outbox"))
        .await?;
        // A clock that was set back makes a row that is not written yet.
        let oldest = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Ok((rows.cast_unsigned(), oldest))
    }

    pub async fn mark_sent(&self, ids: &[Uuid]) -> Result<(), Error> {
        sqlx::query("UPDATE outbox SET sent_at = now(), leased_until = NULL WHERE id = ANY($1)")
            .bind(ids)
            .execute(self.db.named("UPDATE outbox"))
            .await?;
        Ok(())
    }
}

impl EventRow {
    fn into_event(self) -> (OutboxEvent, TraceContext) {
        let Self { id, order_id, topic, key, payload, trace_context, .. } = self;
        (OutboxEvent { id, order_id, topic, key, payload }, trace_context.0)
    }
}
