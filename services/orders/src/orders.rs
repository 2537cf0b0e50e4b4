//! What an order is. A value of these types keeps its rule: it was parsed. The use cases are below
//! this module, a file each.

mod place;
mod settle;
mod cancel;
mod list;
mod watch;

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{App, error::Error};

pub use list::PageSize;
pub use settle::Settlement;
pub use watch::Watch;

const MAX_LINES: usize = 50;
const MAX_QUANTITY: u32 = 1_000;
const MAX_SKU_BYTES: usize = 64;
const MAX_KEY_BYTES: usize = 255;

/// A UUIDv7 of the `users` service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserId(pub Uuid);

impl UserId {
    pub fn parse(text: &str) -> Result<Self, Error> {
        text.parse().map(Self).map_err(|_| Error::invalid("user_id", "must be a UUID"))
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A UUIDv7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OrderId(pub Uuid);

impl OrderId {
    pub fn parse(text: &str) -> Result<Self, Error> {
        text.parse().map(Self).map_err(|_| Error::invalid("order_id", "must be a UUID"))
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Chosen by the caller; one user's key names one order.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub String);

impl IdempotencyKey {
    pub fn parse(text: String) -> Result<Self, Error> {
        if (1..=MAX_KEY_BYTES).contains(&text.len()) {
            return Ok(Self(text));
        }
        Err(Error::invalid("idempotency_key", "must have 1 to 255 bytes"))
    }
}

/// Minor units of an ISO 4217 currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub amount_minor: i64,
    pub currency: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Product {
    pub sku: String,
    pub name: String,
    pub price: Money,
}

/// What somebody wants to buy: at least one line, each SKU once, sane quantities.
#[derive(Debug)]
pub struct NewOrder {
    pub user_id: UserId,
    pub key: IdempotencyKey,
    pub lines: Vec<NewLine>,
}

#[derive(Debug)]
pub struct NewLine {
    pub sku: String,
    pub quantity: u32,
}

impl NewOrder {
    pub fn parse(
        user_id: UserId,
        key: IdempotencyKey,
        lines: impl ExactSizeIterator<Item = (String, u32)>,
    ) -> Result<Self, Error> {
        if !(1..=MAX_LINES).contains(&lines.len()) {
            return Err(Error::invalid("lines", "must be 1 to 50"));
        }
        let lines = lines.map(NewLine::parse).collect::<Result<Vec<_>, _>>()?;
        let mut seen = HashSet::new();
        if !lines.iter().all(|line| seen.insert(&line.sku)) {
            return Err(Error::invalid("lines", "must name each SKU once"));
        }
        Ok(Self { user_id, key, lines })
    }
}

impl NewLine {
    fn parse((sku, quantity): (String, u32)) -> Result<Self, Error> {
        if !(1..=MAX_SKU_BYTES).contains(&sku.len()) {
            return Err(Error::invalid("lines.sku", "must have 1 to 64 bytes"));
        }
        if !(1..=MAX_QUANTITY).contains(&quantity) {
            return Err(Error::invalid("lines.quantity", "must be 1 to 1000"));
        }
        Ok(Self { sku, quantity })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    Pending,
    Confirmed,
    Rejected,
    Cancelled,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Order {
    pub id: OrderId,
    pub user_id: UserId,
    pub status: OrderStatus,
    pub lines: Vec<PricedLine>,
    pub total: Money,
    /// In words a customer may read; only with [`OrderStatus::Rejected`].
    pub rejection_reason: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub settled_at: Option<OffsetDateTime>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PricedLine {
    pub sku: String,
    pub quantity: u32,
    pub unit_price: Money,
}

impl App {
    pub async fn products(&self) -> Result<Vec<Product>, Error> {
        if let Some(products) = self.cache.products().await {
            return Ok(products);
        }
        let products = self.store.list_products().await?;
        self.cache.fill_products(&products).await;
        Ok(products)
    }

    /// Somebody else's order is as good as none: whether it exists is not this caller's business.
    pub async fn order(&self, user_id: UserId, id: OrderId) -> Result<Order, Error> {
        let order = match self.cache.order(id).await {
            Some(order) => order,
            None => {
                let order = self.store.find_order(id).await?.ok_or(Error::OrderNotFound)?;
                self.cache.fill_order(&order).await;
                order
            }
        };
        Some(order).filter(|order| order.user_id == user_id).ok_or(Error::OrderNotFound)
    }
}
