//! The neighbour `orders.v1.OrderService`.

mod answers;
mod watch;

use std::time::Duration;

use http::Uri;
use proto::orders::v1::{self as wire, order_service_client::OrderServiceClient};
use telemetry::{GrpcClient, Telemetry};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::{
    accounts::UserId,
    checkout::{IdempotencyKey, Line, NewOrder, OrderId},
    error::Error,
    history::PageSize,
};

use self::watch::Watching;

pub use self::{
    answers::{Order, Product},
    watch::Changes,
};

const NAME: &str = "orders";
const DEADLINE: Duration = Duration::from_secs(3);
/// The precondition that failed when a key comes again with another order, as the contract names it.
const KEY_REUSED: &str = "IDEMPOTENCY_KEY_REUSED";

#[derive(Clone)]
pub struct Orders {
    client: OrderServiceClient<GrpcClient>,
    watching: Watching,
}

/// One page of a customer's orders, newest first.
pub struct Page {
    pub items: Vec<Order>,
    /// The last of them, if there are more.
    pub next: Option<OrderId>,
}

impl Orders {
    pub fn new(urls: &[Uri], telemetry: &Telemetry) -> Self {
        let connect = || OrderServiceClient::new(chassis::channel(urls, telemetry));
        Self { client: connect(), watching: Watching::new(connect()) }
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
            Err(status) => Err(of_one_order(status)),
        }
    }

    /// Those that were placed before the order `after`.
    pub async fn page(&self, user: UserId, size: PageSize, after: Option<OrderId>) -> Result<Page, Error> {
        let request = request(wire::ListOrdersRequest {
            user_id: user.to_string(),
            page_size: size.0.into(),
            page_token: after.map(|order| order.to_string()).unwrap_or_default(),
        });
        let answer = self.client.clone().list_orders(request).await;
        let answer = answer.map_err(|status| Error::from_neighbour(NAME, status))?.into_inner();
        let items = answer.items.into_iter().map(|order| Order::parse(Some(order)));
        let next = Some(answer.next_page_token).filter(|token| !token.is_empty());
        let next = next.map(|token| token.parse().map(OrderId)).transpose();
        Ok(Page {
            items: items.collect::<Result<_, _>>()?,
            next: next.map_err(|_| unreadable("next_page_token"))?,
        })
    }

    pub async fn cancel(&self, user: UserId, id: OrderId) -> Result<Order, Error> {
        let request =
            request(wire::CancelOrderRequest { user_id: user.to_string(), order_id: id.to_string() });
        match self.client.clone().cancel_order(request).await {
            Ok(answer) => Order::parse(answer.into_inner().order),
            Err(status) if status.code() == Code::FailedPrecondition => Err(Error::OrderSettled),
            Err(status) => Err(of_one_order(status)),
        }
    }

    /// The order as it is, and what comes after.
    pub async fn watch(&self, user: UserId, id: OrderId) -> Result<(Order, Changes), Error> {
        self.watching.start(user, id).await
    }
}

/// Somebody else's is not found either.
fn of_one_order(status: Status) -> Error {
    match status.code() {
        Code::NotFound => Error::OrderNotFound,
        _ => Error::from_neighbour(NAME, status),
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

fn unreadable(field: &'static str) -> Error {
    Error::Unreadable { neighbour: NAME, field }
}
