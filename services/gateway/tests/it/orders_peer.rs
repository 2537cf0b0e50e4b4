//! An orders service that does what a test says, when it says so: settles an order between two events,
//! breaks a stream off.

use std::{pin::Pin, sync::Arc};

use futures_util::{Stream, stream};
use proto::orders::v1::{
    CancelOrderRequest, CancelOrderResponse, GetOrderRequest, GetOrderResponse, ListOrdersRequest,
    ListOrdersResponse, ListProductsRequest, ListProductsResponse, Money, Order, OrderStatus,
    PlaceOrderRequest, PlaceOrderResponse, PricedLine, SettleOrderRequest, SettleOrderResponse,
    WatchOrderRequest, WatchOrderResponse,
    order_service_server::{OrderService, OrderServiceServer},
};
use tokio::{net::TcpListener, sync::watch};
use tonic::{Request, Response, Status, transport::Server, transport::server::TcpIncoming};
use uuid::Uuid;

/// An order whose stream begins, and tells nothing.
pub const SILENT: Uuid = Uuid::nil();

/// Newest first. A watched order that is taken away ends its streams as the stop of a service does.
#[derive(Clone)]
pub struct OrdersPeer(Arc<watch::Sender<Vec<Order>>>);

impl OrdersPeer {
    pub async fn start() -> (Self, String) {
        let peer = Self(Arc::new(watch::Sender::default()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Server::builder().add_service(OrderServiceServer::new(peer.clone()));
        telemetry::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        (peer, url)
    }

    /// A pending one.
    pub fn place(&self, user: Uuid) -> Uuid {
        let id = Uuid::now_v7();
        let price = || Some(Money { amount_minor: 450, currency: "EUR".to_owned() });
        let line = PricedLine { sku: "TEA-001".to_owned(), quantity: 1, unit_price: price() };
        let order = Order {
            id: id.to_string(),
            user_id: user.to_string(),
            status: OrderStatus::Pending.into(),
            lines: vec![line],
            total: price(),
            created_at: Some(prost_types::Timestamp { seconds: 1_760_000_000, nanos: 0 }),
            ..Order::default()
        };
        self.0.send_modify(|orders| orders.insert(0, order));
        id
    }

    pub fn settle(&self, id: Uuid, status: OrderStatus) {
        self.0.send_modify(|orders| {
            let order = orders.iter_mut().find(|order| order.id == id.to_string()).unwrap();
            order.status = status.into();
            order.settled_at = order.created_at;
        });
    }

    pub fn take_away(&self, id: Uuid) {
        self.0.send_modify(|orders| orders.retain(|order| order.id != id.to_string()));
    }

    /// How many streams are open.
    pub fn watchers(&self) -> usize {
        self.0.receiver_count()
    }

    pub async fn watched_by_nobody(&self) {
        self.0.closed().await;
    }

    fn find(&self, user: &str, id: &str) -> Result<Order, Status> {
        let orders = self.0.borrow();
        let mut found = orders.iter().filter(|order| order.user_id == user && order.id == id);
        found.next().cloned().ok_or_else(|| Status::not_found("no such order"))
    }
}

type Changes = Pin<Box<dyn Stream<Item = Result<WatchOrderResponse, Status>> + Send>>;

#[tonic::async_trait]
impl OrderService for OrdersPeer {
    type WatchOrderStream = Changes;

    async fn list_orders(
        &self,
        request: Request<ListOrdersRequest>,
    ) -> Result<Response<ListOrdersResponse>, Status> {
        let request = request.into_inner();
        let size = usize::try_from(request.page_size).unwrap();
        let orders = self.0.borrow().clone().into_iter().filter(|order| order.user_id == request.user_id);
        let after = |order: &Order| request.page_token.is_empty() || order.id < request.page_token;
        let rest: Vec<Order> = orders.filter(after).collect();
        let items: Vec<Order> = rest.iter().take(size).cloned().collect();
        let last = items.last().filter(|_| rest.len() > size).map(|order| order.id.clone());
        Ok(Response::new(ListOrdersResponse { items, next_page_token: last.unwrap_or_default() }))
    }

    async fn cancel_order(
        &self,
        request: Request<CancelOrderRequest>,
    ) -> Result<Response<CancelOrderResponse>, Status> {
        let CancelOrderRequest { user_id, order_id } = request.into_inner();
        if self.find(&user_id, &order_id)?.status() != OrderStatus::Pending {
            return Err(Status::failed_precondition("settled"));
        }
        self.settle(order_id.parse().unwrap(), OrderStatus::Cancelled);
        Ok(Response::new(CancelOrderResponse { order: Some(self.find(&user_id, &order_id)?) }))
    }

    async fn watch_order(&self, request: Request<WatchOrderRequest>) -> Result<Response<Changes>, Status> {
        let WatchOrderRequest { user_id, order_id } = request.into_inner();
        if order_id == SILENT.to_string() {
            return Ok(Response::new(Box::pin(stream::pending())));
        }
        let states = self.0.subscribe();
        let mut present = Some(self.find(&user_id, &order_id)?);
        let seen = OrderStatus::Unspecified;
        let changes = stream::unfold((states, seen), move |(mut states, mut seen)| {
            let (order_id, first) = (order_id.clone(), present.take());
            async move {
                if let Some(order) = first {
                    seen = order.status();
                    return Some((Ok(WatchOrderResponse { order: Some(order) }), (states, seen)));
                }
                if seen != OrderStatus::Pending {
                    return None;
                }
                let changed = |orders: &Vec<Order>| {
                    orders
                        .iter()
                        .find(|order| order.id == order_id)
                        .is_none_or(|order| order.status() != seen)
                };
                let orders = states.wait_for(changed).await.ok()?.clone();
                let order = orders.into_iter().find(|order| order.id == order_id);
                seen = order.as_ref().map_or(OrderStatus::Unspecified, Order::status);
                let message = order.map(|order| WatchOrderResponse { order: Some(order) });
                Some((message.ok_or_else(|| Status::unavailable("stopping")), (states, seen)))
            }
        });
        Ok(Response::new(Box::pin(changes)))
    }

    async fn get_order(&self, _: Request<GetOrderRequest>) -> Result<Response<GetOrderResponse>, Status> {
        Err(Status::unimplemented("no test asks for it"))
    }

    async fn list_products(
        &self,
        _: Request<ListProductsRequest>,
    ) -> Result<Response<ListProductsResponse>, Status> {
        Err(Status::unimplemented("no test asks for it"))
    }

    async fn place_order(
        &self,
        _: Request<PlaceOrderRequest>,
    ) -> Result<Response<PlaceOrderResponse>, Status> {
        Err(Status::unimplemented("no test asks for it"))
    }

    async fn settle_order(
        &self,
        _: Request<SettleOrderRequest>,
    ) -> Result<Response<SettleOrderResponse>, Status> {
        Err(Status::unimplemented("no test asks for it"))
    }
}
