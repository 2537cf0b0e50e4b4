//! The neighbour `orders.v1.OrderService`.

use std::time::{Duration, SystemTime};

use http::Uri;
use proto::orders::v1::{self as wire, order_service_client::OrderServiceClient};
use serde::Serialize;
use telemetry::{GrpcClient, Telemetry};
use time::OffsetDateTime;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::{
    accounts::UserId,
    checkout::{IdempotencyKey, Line, NewOrder, OrderId},
    error::Error,
};

const NAME: &str = "orders";
const DEADLINE: Duration = Duration::from_secs(3);
/// The precondition that failed when a key comes again with another order, as the contract names it.
const KEY_REUSED: &str = "IDEMPOTENCY_KEY_REUSED";

#[derive(Clone)]
pub struct Orders {
    client: OrderServiceClient<GrpcClient>,
}

/// Minor units (cents) of an ISO 4217 currency.
#[derive(Debug, Serialize)]
pub struct Money {
    amount_minor: i64,
    currency: String,
}

#[derive(Debug, Serialize)]
pub struct Product {
    sku: String,
    name: String,
    price: Money,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OrderStatus {
    Pending,
    Confirmed,
    Rejected,
    Cancelled,
}

/// As our API shows it.
#[derive(Debug, Serialize)]
pub struct Order {
    pub id: OrderId,
    status: OrderStatus,
    lines: Vec<PricedLine>,
    total: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejection_reason: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    settled_at: Option<OffsetDateTime>,
}

#[derive(Debug, Serialize)]
pub struct PricedLine {
    sku: String,
    quantity: u32,
    unit_price: Money,
}

impl Orders {
    pub fn new(urls: &[Uri], telemetry: &Telemetry) -> Self {
        Self { client: OrderServiceClient::new(chassis::channel(urls, telemetry)) }
    }

    pub async fn products(&self) -> Result<Vec<Product>, Error> {
        match self.client.clone().list_products(request(wire::ListProductsRequest {})).await {
            Ok(answer) => answer.into_inner().items.into_iter().map(Product::parse).collect(),
            Err(status) => Err(Error::from_neighbour(NAME, status)),
        }
    }

    pub async fn place(&self, user: UserId, key: IdempotencyKey, new: NewOrder) -> Result<Order, Error> {
        let line = |line: Line| wire::OrderLine { sku: line.sku.0, quantity: line.quantity.0 };
        let request = request(wire::PlaceOrderRequest {
            user_id: user.to_string(),
            idempotency_key: key.0,
            lines: new.lines.0.into_iter().map(line).collect(),
        });
        match self.client.clone().place_order(request).await {
            Ok(answer) => Order::parse(answer.into_inner().order),
            Err(status) if is_key_reused(&status) => Err(Error::KeyReused),
            Err(status) => Err(Error::from_neighbour(NAME, status)),
        }
    }

    pub async fn order(&self, user: UserId, id: OrderId) -> Result<Order, Error> {
        let request = request(wire::GetOrderRequest { user_id: user.to_string(), order_id: id.to_string() });
        match self.client.clone().get_order(request).await {
            Ok(answer) => Order::parse(answer.into_inner().order),
            Err(status) if status.code() == Code::NotFound => Err(Error::OrderNotFound),
            Err(status) => Err(Error::from_neighbour(NAME, status)),
        }
    }
}

fn request<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(DEADLINE);
    request
}

fn is_key_reused(status: &Status) -> bool {
    let reason = status.get_details_error_info().map(|info| info.reason);
    status.code() == Code::FailedPrecondition && reason.as_deref() == Some(KEY_REUSED)
}

impl Product {
    fn parse(product: wire::Product) -> Result<Self, Error> {
        let price = Money::parse(product.price, "product.price")?;
        Ok(Self { sku: product.sku, name: product.name, price })
    }
}

impl Order {
    fn parse(order: Option<wire::Order>) -> Result<Self, Error> {
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

fn unreadable(field: &'static str) -> Error {
    Error::Unreadable { neighbour: NAME, field }
}
