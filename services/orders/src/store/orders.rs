//! Orders, their lines and their idempotency keys.

use sqlx::types::Uuid;
use time::OffsetDateTime;

use super::{ProductRow, Store, StoreTransaction};
use crate::{
    error::Error,
    orders::{
        Money, NewLine, NewOrder, Order, OrderId, OrderStatus, PricedLine, Product, Settlement, UserId,
    },
};

/// Whether this request is the first with its key.
pub enum KeyClaim {
    Ours,
    Taken,
}

#[derive(sqlx::FromRow)]
struct OrderRow {
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
    sku: String,
    quantity: i32,
    unit_price_minor: i64,
}

impl Store {
    pub async fn find_key(&self, new: &NewOrder) -> Result<Option<(Vec<u8>, OrderId)>, Error> {
        let row: Option<(Vec<u8>, Uuid)> = sqlx::query_as(
            "SELECT body_hash, order_id FROM idempotency_keys WHERE user_id = $1 AND key = $2",
        )
        .bind(new.user_id.0)
        .bind(&new.key.0)
        .fetch_optional(self.db.named("SELECT idempotency_keys"))
        .await?;
        Ok(row.map(|(hash, id)| (hash, OrderId(id))))
    }

    pub async fn find_order(&self, id: OrderId) -> Result<Option<Order>, Error> {
        let row: Option<OrderRow> = sqlx::query_as(
            "SELECT id, user_id, status, total_minor, currency, rejection_reason, created_at, settled_at
             FROM orders WHERE id = $1",
        )
        .bind(id.0)
        .fetch_optional(self.db.named("SELECT orders"))
        .await?;
        let Some(row) = row else { return Ok(None) };
        let lines: Vec<LineRow> = sqlx::query_as(
            "SELECT sku, quantity, unit_price_minor FROM order_lines WHERE order_id = $1 ORDER BY position",
        )
        .bind(id.0)
        .fetch_all(self.db.named("SELECT order_lines"))
        .await?;
        let currency = row.currency.clone();
        let lines = lines.into_iter().map(|line| line.into_line(&currency)).collect::<Result<_, _>>()?;
        row.into_order(lines).map(Some)
    }

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
}

impl StoreTransaction {
    /// Waits for a concurrent request with the same key to end. A key older than a day is free again.
    pub async fn claim_key(
        &mut self,
        new: &NewOrder,
        body_hash: &[u8],
        id: OrderId,
    ) -> Result<KeyClaim, Error> {
        let claimed = sqlx::query(
            "INSERT INTO idempotency_keys AS present (user_id, key, body_hash, order_id)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (user_id, key) DO UPDATE
             SET body_hash = excluded.body_hash, order_id = excluded.order_id, created_at = now()
             WHERE present.created_at < now() - interval '24 hours'",
        )
        .bind(new.user_id.0)
        .bind(&new.key.0)
        .bind(body_hash)
        .bind(id.0)
        .execute(self.transaction.named("INSERT idempotency_keys"))
        .await?;
        Ok(if claimed.rows_affected() == 1 { KeyClaim::Ours } else { KeyClaim::Taken })
    }

    pub async fn find_products(&mut self, lines: &[NewLine]) -> Result<Vec<Product>, Error> {
        let skus: Vec<&str> = lines.iter().map(|line| line.sku.as_str()).collect();
        let rows: Vec<ProductRow> =
            sqlx::query_as("SELECT sku, name, price_minor, currency FROM products WHERE sku = ANY($1)")
                .bind(skus)
                .fetch_all(self.transaction.named("SELECT products"))
                .await?;
        Ok(rows.into_iter().map(ProductRow::into_product).collect())
    }

    pub async fn insert_order(
        &mut self,
        id: OrderId,
        user_id: UserId,
        lines: Vec<PricedLine>,
        total: Money,
    ) -> Result<Order, Error> {
        let row: OrderRow = sqlx::query_as(
            "INSERT INTO orders (id, user_id, total_minor, currency) VALUES ($1, $2, $3, $4)
             RETURNING id, user_id, status, total_minor, currency, rejection_reason, created_at, settled_at",
        )
        .bind(id.0)
        .bind(user_id.0)
        .bind(total.amount_minor)
        .bind(total.currency)
        .fetch_one(self.transaction.named("INSERT orders"))
        .await?;
        self.insert_lines(id, &lines).await?;
        row.into_order(lines)
    }

    async fn insert_lines(&mut self, id: OrderId, lines: &[PricedLine]) -> Result<(), Error> {
        let skus: Vec<&str> = lines.iter().map(|line| line.sku.as_str()).collect();
        let quantities: Vec<i32> = lines.iter().map(|line| line.quantity.cast_signed()).collect();
        let prices: Vec<i64> = lines.iter().map(|line| line.unit_price.amount_minor).collect();
        sqlx::query(
            "INSERT INTO order_lines (order_id, position, sku, quantity, unit_price_minor)
             SELECT $1, line.position, line.sku, line.quantity, line.price
             FROM unnest($2::text[], $3::integer[], $4::bigint[])
                  WITH ORDINALITY AS line (sku, quantity, price, position)",
        )
        .bind(id.0)
        .bind(skus)
        .bind(quantities)
        .bind(prices)
        .execute(self.transaction.named("INSERT order_lines"))
        .await?;
        Ok(())
    }
}

impl OrderRow {
    fn into_order(self, lines: Vec<PricedLine>) -> Result<Order, Error> {
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
