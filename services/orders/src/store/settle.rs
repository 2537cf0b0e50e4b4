//! Settling and cancelling: of the two, one finds the order pending.

use sqlx::types::Uuid;

use super::Store;
use crate::{
    error::Error,
    orders::{OrderId, Settlement, UserId},
};

impl Store {
    /// Whether the order was pending until now. Its event has done its work either way and goes.
    pub async fn settle_order(&self, id: OrderId, settlement: &Settlement) -> Result<bool, Error> {
        let (status, reason) = match settlement {
            Settlement::Confirmed => ("confirmed", None),
            Settlement::Rejected(reason) => ("rejected", Some(reason)),
        };
        let settled: Option<Uuid> = sqlx::query_scalar(
            "WITH done AS (DELETE FROM outbox WHERE order_id = $1)
             UPDATE orders SET status = $2, rejection_reason = $3, settled_at = now()
             WHERE id = $1 AND status = 'pending'
             RETURNING id",
        )
        .bind(id.0)
        .bind(status)
        .bind(reason)
        .fetch_optional(self.db.named("UPDATE orders"))
        .await?;
        Ok(settled.is_some())
    }

    /// Whether the order was pending until now.
    pub async fn cancel_order(&self, user_id: UserId, id: OrderId) -> Result<bool, Error> {
        let cancelled = sqlx::query(
            "UPDATE orders SET status = 'cancelled', settled_at = now()
             WHERE id = $1 AND user_id = $2 AND status = 'pending'",
        )
        .bind(id.0)
        .bind(user_id.0)
        .execute(self.db.named("UPDATE orders"))
        .await?;
        Ok(cancelled.rows_affected() == 1)
    }
}
