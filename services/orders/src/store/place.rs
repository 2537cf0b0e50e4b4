//! Placing: keys, orders, lines, in one transaction.

use super::{ProductRow, Store, StoreTransaction, orders::OrderRow};
use crate::{
    error::Error,
    orders::{Money, NewLine, NewOrder, Order, OrderId, PricedLine, Product, UserId},
};

/// Whether this request is the first with its key.
pub enum KeyClaim {
    Ours,
    Taken,
}

impl Store {
    /// Removes keys that are free again, up to `limit` of them.
    pub async fn delete_expired_keys(&self, limit: i64) -> Result<u64, Error> {
        let deleted = sqlx::query(
            "DELETE FROM idempotency_keys WHERE (user_id, key) IN (
                 SELECT user_id, key FROM idempotency_keys
                 WHERE created_at < now() - interval '24 hours'
                 ORDER BY created_at LIMIT $1 FOR UPDATE SKIP LOCKED)",
        )
        .bind(limit)
        .execute(self.db.named("DELETE idempotency_keys"))
        .await?;
        Ok(deleted.rows_affected())
    }

    pub async fn find_key(&self, new: &NewOrder) -> Result<Option<(Vec<u8>, OrderId)>, Error> {
        let row: Option<(Vec<u8>, sqlx::types::Uuid)> = sqlx::query_as(
            "SELECT body_hash, order_id FROM idempotency_keys WHERE user_id = $1 AND key = $2",
        )
        .bind(new.user_id.0)
        .bind(&new.key.0)
        .fetch_optional(self.db.named("SELECT idempotency_keys"))
        .await?;
        Ok(row.map(|(hash, id)| (hash, OrderId(id))))
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
