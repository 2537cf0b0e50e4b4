//! A cancellation and a settlement of one order meet at every point where they can. Whoever comes first
//! in the database holds, and what was reserved for a cancelled order is given back exactly once.
//!
//! The points are held from outside: by locks on the rows that the next step needs.

use std::time::Duration;

use proto::orders::v1::{CancelOrderRequest, Order, OrderStatus, order_service_client::OrderServiceClient};
use serde_json::Value;
use sqlx::{PgPool, Postgres, Transaction};
use tokio::task::JoinHandle;
use tonic::{Code, Status};

use crate::{customer::Customer, system::System};

const SKU: &str = "POT-020";
const IN_STOCK: i64 = 40;

struct Shop {
    system: System,
    customer: Customer,
    user_id: String,
    orders: PgPool,
    stock: PgPool,
}

impl Shop {
    async fn open() -> Self {
        let system = System::start().await;
        let customer = Customer::sign_up(&system.gateway).await;
        let me: Value = customer.get("/api/v1/users/me").send().await.unwrap().json().await.unwrap();
        let user_id = me["id"].as_str().unwrap().to_owned();
        let orders = PgPool::connect(system.orders.url()).await.unwrap();
        let stock = PgPool::connect(system.stock.url()).await.unwrap();
        Self { system, customer, user_id, orders, stock }
    }

    /// As long as it is held, no order can be reserved.
    async fn hold_stock(&self) -> Transaction<'static, Postgres> {
        let mut held = self.stock.begin().await.unwrap();
        sqlx::query("SELECT FROM stock WHERE sku = $1 FOR UPDATE")
            .bind(SKU)
            .execute(&mut *held)
            .await
            .unwrap();
        held
    }

    /// As long as it is held, no order can be settled or cancelled.
    async fn hold_order(&self) -> Transaction<'static, Postgres> {
        let mut held = self.orders.begin().await.unwrap();
        sqlx::query("SELECT FROM orders FOR UPDATE").execute(&mut *held).await.unwrap();
        held
    }

    fn cancel(&self, id: &str) -> JoinHandle<Result<Order, Status>> {
        let url = self.system.orders_grpc.clone();
        let request = CancelOrderRequest { user_id: self.user_id.clone(), order_id: id.to_owned() };
        telemetry::spawn(async move {
            let mut client = OrderServiceClient::connect(url).await.unwrap();
            Ok(client.cancel_order(request).await?.into_inner().order.unwrap())
        })
    }

    async fn wait_for_span(&self, name: &str) {
        let seen = |store: &throughline::viewer::Store| {
            store.spans().iter().any(|span| span.name() == name).then_some(())
        };
        let seen =
            tokio::time::timeout(Duration::from_secs(60), self.system.viewer.store().wait_for(seen)).await;
        assert!(seen.is_ok(), "no span {name}:\n{}", self.system.logs());
    }

    async fn available(&self) -> i64 {
        let sql = "SELECT available FROM stock WHERE sku = $1";
        sqlx::query_scalar(sql).bind(SKU).fetch_one(&self.stock).await.unwrap()
    }

    async fn reservations(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM reservations").fetch_one(&self.stock).await.unwrap()
    }

    async fn assert_given_back(&self) {
        assert_eq!((self.available().await, self.reservations().await), (IN_STOCK, 0));
    }
}

#[tokio::test]
async fn cancelled_before_the_reservation() {
    let shop = Shop::open().await;
    let held = shop.hold_stock().await;
    let (id, _) = shop.customer.place("key", SKU).await;
    shop.system.waiting(&shop.stock, 1..=1).await;
    let cancelled = shop.cancel(&id).await.unwrap().unwrap();
    assert_eq!(cancelled.status(), OrderStatus::Cancelled);
    held.commit().await.unwrap();
    shop.wait_for_span("process orders.placed").await;
    shop.assert_given_back().await;
    assert_eq!(shop.customer.settled(&id).await["status"], "cancelled");
}

#[tokio::test]
async fn cancelled_after_the_reservation_and_before_the_settlement() {
    let shop = Shop::open().await;
    let stock = shop.hold_stock().await;
    let (id, _) = shop.customer.place("key", SKU).await;
    shop.system.waiting(&shop.stock, 1..=1).await;
    let order = shop.hold_order().await;
    let cancelled = shop.cancel(&id);
    shop.system.waiting(&shop.orders, 1..=1).await;
    stock.commit().await.unwrap();
    // The settlement waits behind the cancellation: the stock is reserved.
    shop.system.waiting(&shop.orders, 2..=2).await;
    assert_eq!((shop.available().await, shop.reservations().await), (IN_STOCK - 1, 1));
    order.commit().await.unwrap();
    assert_eq!(cancelled.await.unwrap().unwrap().status(), OrderStatus::Cancelled);
    shop.wait_for_span("process orders.placed").await;
    shop.assert_given_back().await;
}

#[tokio::test]
async fn settled_just_before_the_cancellation() {
    let shop = Shop::open().await;
    let stock = shop.hold_stock().await;
    let (id, _) = shop.customer.place("key", SKU).await;
    shop.system.waiting(&shop.stock, 1..=1).await;
    let order = shop.hold_order().await;
    stock.commit().await.unwrap();
    shop.system.waiting(&shop.orders, 1..=1).await;
    // The cancellation waits behind the settlement.
    let refused = shop.cancel(&id);
    shop.system.waiting(&shop.orders, 2..=2).await;
    order.commit().await.unwrap();
    assert_eq!(refused.await.unwrap().unwrap_err().code(), Code::FailedPrecondition);
    assert_eq!(shop.customer.settled(&id).await["status"], "confirmed");
    assert_eq!((shop.available().await, shop.reservations().await), (IN_STOCK - 1, 1));
}
