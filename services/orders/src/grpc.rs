//! The edge: `orders.v1.OrderService`. Decode, call, encode; no rules here.

use chassis::{Shutdown, StartError};
use futures_util::{
    StreamExt,
    stream::{self, BoxStream},
};
use proto::orders::v1::{
    self as wire,
    order_service_server::{OrderService, OrderServiceServer, SERVICE_NAME},
    settle_order_request::Outcome,
};
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tonic::{Request, Response, Status, service::Routes};

use crate::{
    App,
    error::Error,
    orders::{
        IdempotencyKey, Money, NewOrder, Order, OrderId, OrderStatus, PageSize, Product, Settlement, UserId,
        Watch,
    },
};

/// Larger than any of our requests, much smaller than what would hurt.
const MAX_REQUEST_BYTES: usize = 64 * 1024;

pub async fn serve(listener: TcpListener, app: App, shutdown: Shutdown) -> Result<(), StartError> {
    let (telemetry, readiness) = (app.telemetry.clone(), app.readiness.clone());
    let orders = OrderServiceServer::new(app).max_decoding_message_size(MAX_REQUEST_BYTES);
    let routes = Routes::new(orders);
    let descriptors = proto::DESCRIPTOR_SET;
    chassis::serve_grpc(listener, SERVICE_NAME, routes, descriptors, &telemetry, readiness, shutdown).await
}

#[tonic::async_trait]
impl OrderService for App {
    async fn list_products(
        &self,
        _: Request<wire::ListProductsRequest>,
    ) -> Result<Response<wire::ListProductsResponse>, Status> {
        let items = self.products().await?.into_iter().map(Into::into).collect();
        Ok(Response::new(wire::ListProductsResponse { items }))
    }

    async fn place_order(
        &self,
        request: Request<wire::PlaceOrderRequest>,
    ) -> Result<Response<wire::PlaceOrderResponse>, Status> {
        let request = request.into_inner();
        let lines = request.lines.into_iter().map(|line| (line.sku, line.quantity));
        let new = NewOrder::parse(
            UserId::parse(&request.user_id)?,
            IdempotencyKey::parse(request.idempotency_key)?,
            lines,
        )?;
        let app = self.clone();
        let order = to_the_end(async move { app.place(new).await }).await?;
        Ok(Response::new(wire::PlaceOrderResponse { order: Some(order.into()) }))
    }

    async fn get_order(
        &self,
        request: Request<wire::GetOrderRequest>,
    ) -> Result<Response<wire::GetOrderResponse>, Status> {
        let request = request.into_inner();
        let order = self.order(UserId::parse(&request.user_id)?, OrderId::parse(&request.order_id)?).await?;
        Ok(Response::new(wire::GetOrderResponse { order: Some(order.into()) }))
    }

    async fn list_orders(
        &self,
        request: Request<wire::ListOrdersRequest>,
    ) -> Result<Response<wire::ListOrdersResponse>, Status> {
        let request = request.into_inner();
        let before = Some(request.page_token).filter(|token| !token.is_empty());
        let before = before.map(|token| OrderId::parse(&token)).transpose()?;
        let size = PageSize::parse(request.page_size)?;
        let page = self.list(UserId::parse(&request.user_id)?, before, size).await?;
        let items = page.items.into_iter().map(Into::into).collect();
        let next_page_token = page.next.map(|id| id.to_string()).unwrap_or_default();
        Ok(Response::new(wire::ListOrdersResponse { items, next_page_token }))
    }

    async fn cancel_order(
        &self,
        request: Request<wire::CancelOrderRequest>,
    ) -> Result<Response<wire::CancelOrderResponse>, Status> {
        let request = request.into_inner();
        let (user_id, id) = (UserId::parse(&request.user_id)?, OrderId::parse(&request.order_id)?);
        let app = self.clone();
        let order = to_the_end(async move { app.cancel(user_id, id).await }).await?;
        Ok(Response::new(wire::CancelOrderResponse { order: Some(order.into()) }))
    }

    type WatchOrderStream = BoxStream<'static, Result<wire::WatchOrderResponse, Status>>;

    async fn watch_order(
        &self,
        request: Request<wire::WatchOrderRequest>,
    ) -> Result<Response<Self::WatchOrderStream>, Status> {
        let request = request.into_inner();
        let watch = self.watch(UserId::parse(&request.user_id)?, OrderId::parse(&request.order_id)?).await?;
        let states = stream::try_unfold(watch, async |mut watch: Watch| {
            let next = watch.next().await?;
            Ok(next.map(|order| (wire::WatchOrderResponse { order: Some(order.into()) }, watch)))
        });
        Ok(Response::new(states.boxed()))
    }

    async fn settle_order(
        &self,
        request: Request<wire::SettleOrderRequest>,
    ) -> Result<Response<wire::SettleOrderResponse>, Status> {
        let request = request.into_inner();
        let settlement = match request.outcome {
            Some(Outcome::Confirmed(wire::Confirmed {})) => Settlement::Confirmed,
            Some(Outcome::Rejected(rejected)) => Settlement::rejected(rejected.reason)?,
            None => return Err(Error::invalid("outcome", "must be set").into()),
        };
        let (app, id) = (self.clone(), OrderId::parse(&request.order_id)?);
        let status = to_the_end(async move { app.settle(id, settlement).await }).await?;
        Ok(Response::new(wire::SettleOrderResponse { status: wire::OrderStatus::from(status).into() }))
    }
}

/// A call whose caller has gone away is dropped wherever it waits. What changes an order must not end
/// there: the change would be made, and neither cache nor watchers would learn of it.
async fn to_the_end<T: Send + 'static>(
    change: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    telemetry::spawn(change).await.unwrap_or_else(|panic| Err(Error::internal(panic)))
}

impl From<Product> for wire::Product {
    fn from(product: Product) -> Self {
        Self { sku: product.sku, name: product.name, price: Some(product.price.into()) }
    }
}

impl From<Money> for wire::Money {
    fn from(money: Money) -> Self {
        Self { amount_minor: money.amount_minor, currency: money.currency }
    }
}

impl From<OrderStatus> for wire::OrderStatus {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Pending => Self::Pending,
            OrderStatus::Confirmed => Self::Confirmed,
            OrderStatus::Rejected => Self::Rejected,
            OrderStatus::Cancelled => Self::Cancelled,
        }
    }
}

impl From<Order> for wire::Order {
    fn from(order: Order) -> Self {
        let lines = order.lines.into_iter().map(|line| wire::PricedLine {
            sku: line.sku,
            quantity: line.quantity,
            unit_price: Some(line.unit_price.into()),
        });
        Self {
            id: order.id.to_string(),
            user_id: order.user_id.to_string(),
            status: wire::OrderStatus::from(order.status).into(),
            lines: lines.collect(),
            total: Some(order.total.into()),
            rejection_reason: order.rejection_reason.unwrap_or_default(),
            created_at: Some(timestamp(order.created_at)),
            settled_at: order.settled_at.map(timestamp),
        }
    }
}

fn timestamp(time: OffsetDateTime) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.unix_timestamp(), nanos: time.nanosecond().cast_signed() }
}
