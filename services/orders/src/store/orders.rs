//! Orders as they are read.

use std::collections::HashMap;

use sqlx::types::Uuid;
use time::OffsetDateTime;

use super::Store;
use crate::{
    error::Error,
    orders::{Money, Order, OrderId, OrderStatus, PricedLine, UserId},
};

#[derive(sqlx::FromRow)]
pub(super) struct OrderRow {
    id: Uuid,
    user_id: Uuid,
    status: String,
    total_minor: i64,
    currency: String,
    rejection_reason: Option<String>,
    created_at: OffsetDateTime,
    settled_at: Option<OffsetDateTime>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    order_id: Uuid,
    sku: String,
    quantity: i32,
    unit_price_minor: i64,
}

impl Store {
    pub async fn find_order(&self, id: OrderId) -> Result<Option<Order>, Error> {
        let rows: Vec<OrderRow> = sqlx::query_as(
            "SELECT id, user_id, status, total_minor, currency, rejection_reason, created_at, settled_at
             FROM orders WHERE id = $1",
        )
        .bind(id.0)
        .fetch_all(self.db.named("SELECT orders"))
        .await?;
        Ok(self.with_lines(rows).await?.pop())
    }

    /// Up to `limit` orders, the newest first, all older than `before`.
    pub async fn list_orders(
        &self,
        user_id: UserId,
        before: Option<OrderId>,
        limit: i64,
    ) -> Result<Vec<Order>, Error> {
        let rows: Vec<OrderRow> = sqlx::query_as(
            "SELECT id, user_id, status, total_minor, currency, rejection_reason, created_at, settled_at
             FROM orders WHERE user_id = $1 AND ($2::uuid IS NULL OR id < $2)
             ORDER BY id DESC LIMIT $3",
        )
        .bind(user_id.0)
        .bind(before.map(|id| id.0))
        .bind(limit)
        .fetch_all(self.db.named("SELECT orders"))
        .await?;
        self.with_lines(rows).await
    }

    /// The lines of all of them by one statement.
    async fn with_lines(&self, rows: Vec<OrderRow>) -> Result<Vec<Order>, Error> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let lines: Vec<LineRow> = sqlx::query_as(
            "SELECT order_id, sku, quantity, unit_price_minor FROM order_lines
             WHERE order_id = ANY($1) ORDER BY position",
        )
        .bind(ids)
        .fetch_all(self.db.named("SELECT order_lines"))
        .await?;
        let mut by_order: HashMap<Uuid, Vec<LineRow>> = HashMap::new();
        for line in lines {
            by_order.entry(line.order_id).or_default().push(line);
        }
        let whole = rows.into_iter().map(|row| {
            let lines = by_order.remove(&row.id).unwrap_or_default();
            let lines =
                lines.into_iter().map(|line| line.into_line(&row.currency)).collect::<Result<_, _>>()?;
            row.into_order(lines)
        });
        whole.collect()
    }
}

impl OrderRow {
    pub(super) fn into_order(self, lines: Vec<PricedLine>) -> Result<Order, Error> {
        let status = match self.status.as_str() {
            "pending" => OrderStatus::Pending,
            "confirmed" => OrderStatus::Confirmed,
            "rejected" => OrderStatus::Rejected,
            "cancelled" => OrderStatus::Cancelled,
            other => return Err(Error::internal(format!("order {} has the status {other:?}", self.id))),
        };
        Ok(Order {
            id: OrderId(self.id),
            user_id: UserId(self.user_id),
            status,
            lines,
            total: Money { amount_minor: self.total_minor, currency: self.currency },
            rejection_reason: self.rejection_reason,
            created_at: self.created_at,
            settled_at: self.settled_at,
        })
    }
}

impl LineRow {
    fn into_line(self, currency: &str) -> Result<PricedLine, Error> {
        let quantity = self.quantity.try_into().map_err(Error::internal)?;
        let unit_price = Money { amount_minor: self.unit_price_minor, currency: currency.to_owned() };
        Ok(PricedLine { sku: self.sku, quantity, unit_price })
    }
}
