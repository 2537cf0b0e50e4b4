//! Orders and products as our API shows them, read from what the neighbour answers.

use std::time::SystemTime;

use proto::orders::v1 as wire;
use serde::Serialize;
use time::OffsetDateTime;
use utoipa::ToSchema;

use super::unreadable;
use crate::{checkout::OrderId, error::Error};

/// Minor units (cents) of an ISO 4217 currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct Money {
    #[schema(example = 450)]
    amount_minor: i64,
    #[schema(example = "EUR")]
    currency: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Product {
    #[schema(example = "TEA-001")]
    sku: String,
    #[schema(example = "Green tea, 100 g")]
    name: String,
    price: Money,
}

/// `pending` until the order is settled, or its customer cancels it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    Pending,
    Confirmed,
    Rejected,
    Cancelled,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Order {
    #[schema(value_type = Uuid)]
    pub id: OrderId,
    pub status: OrderStatus,
    lines: Vec<PricedLine>,
    total: Money,
    /// Why it was rejected, in words a customer may read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rejection_reason: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// Missing while the order is pending.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    settled_at: Option<OffsetDateTime>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PricedLine {
    #[schema(example = "TEA-001")]
    sku: String,
    quantity: u32,
    unit_price: Money,
}

impl Product {
    pub(super) fn parse(product: wire::Product) -> Result<Self, Error> {
        let price = Money::parse(product.price, "product.price")?;
        Ok(Self { sku: product.sku, name: product.name, price })
    }
}

impl Order {
    pub(super) fn parse(order: Option<wire::Order>) -> Result<Self, Error> {
        let order = order.ok_or_else(|| unreadable("order"))?;
        let status = OrderStatus::parse(order.status())?;
        let id = order.id.parse().map_err(|_| unreadable("order.id"))?;
        let created_at = instant(order.created_at, "order.created_at")?;
        Ok(Self {
            id: OrderId(id),
            status,
            lines: order.lines.into_iter().map(PricedLine::parse).collect::<Result<_, _>>()?,
            total: Money::parse(order.total, "order.total")?,
            rejection_reason: Some(order.rejection_reason).filter(|reason| !reason.is_empty()),
            created_at: created_at.ok_or_else(|| unreadable("order.created_at"))?,
            settled_at: instant(order.settled_at, "order.settled_at")?,
        })
    }
}

impl OrderStatus {
    /// As on the wire, in JSON and in events.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(status: wire::OrderStatus) -> Result<Self, Error> {
        match status {
            wire::OrderStatus::Pending => Ok(Self::Pending),
            wire::OrderStatus::Confirmed => Ok(Self::Confirmed),
            wire::OrderStatus::Rejected => Ok(Self::Rejected),
            wire::OrderStatus::Cancelled => Ok(Self::Cancelled),
            // Also a status that a newer version of orders knows and this one does not.
            wire::OrderStatus::Unspecified => Err(unreadable("order.status")),
        }
    }
}

impl PricedLine {
    fn parse(line: wire::PricedLine) -> Result<Self, Error> {
        let unit_price = Money::parse(line.unit_price, "order.lines.unit_price")?;
        Ok(Self { sku: line.sku, quantity: line.quantity, unit_price })
    }
}

impl Money {
    fn parse(money: Option<wire::Money>, field: &'static str) -> Result<Self, Error> {
        let money = money.ok_or_else(|| unreadable(field))?;
        Ok(Self { amount_minor: money.amount_minor, currency: money.currency })
    }
}

fn instant(at: Option<prost_types::Timestamp>, field: &'static str) -> Result<Option<OffsetDateTime>, Error> {
    let at = at.map(SystemTime::try_from).transpose().map_err(|_| unreadable(field))?;
    Ok(at.map(OffsetDateTime::from))
}
