//! Listing, cancelling and watching orders at the gateway, with the real services behind it.

use std::time::Duration;

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;
use sqlx::PgPool;

use crate::{customer::Customer, system::System};

/// As long as it is held, no order can be settled or cancelled.
async fn hold_orders(system: &System) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let pool = PgPool::connect(system.orders.url()).await.unwrap();
    let mut held = pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE orders IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    held
}

/// An order that stays pending until the lock is dropped.
async fn pending(
    system: &System,
    customer: &Customer,
) -> (String, sqlx::Transaction<'static, sqlx::Postgres>) {
    system.freeze("order-worker");
    let (id, _) = customer.place("key", "TEA-001").await;
    let held = hold_orders(system).await;
    system.thaw("order-worker");
    (id, held)
}

#[tokio::test]
async fn orders_are_listed_page_by_page_with_tokens_that_nobody_can_make() {
    let system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let mut placed = Vec::new();
    for key in ["1", "2", "3"] {
        placed.push(customer.place(key, "TEA-001").await.0);
    }
    let first: Value = customer.get("/api/v1/orders?page_size=2").send().await.unwrap().json().await.unwrap();
    let token = first["next_page_token"].as_str().unwrap().to_owned();
    let next = format!("/api/v1/orders?page_size=2&page_token={token}");
    let second: Value = customer.get(&next).send().await.unwrap().json().await.unwrap();
    let ids = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    placed.reverse();
    assert_eq!([ids(&first), ids(&second)].concat(), placed);
    assert!(second.get("next_page_token").is_none_or(Value::is_null));

    let other = Customer::sign_up(&system.gateway).await;
    assert_eq!(other.get(&next).send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let forged = format!("/api/v1/orders?page_token={}", "A".repeat(token.len()));
    assert_eq!(customer.get(&forged).send().await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_pending_order_can_be_cancelled_and_a_confirmed_one_can_not() {
    let system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    system.freeze("order-worker");
    let (id, _) = customer.place("pending", "TEA-001").await;
    let cancel = |id: &str| customer.post(&format!("/api/v1/orders/{id}/cancel"));
    let cancelled = cancel(&id).send().await.unwrap();
    assert_eq!(cancelled.status(), StatusCode::OK);
    assert_eq!(cancelled.json::<Value>().await.unwrap()["status"], "cancelled");
    system.thaw("order-worker");

    let (id, _) = customer.place("confirmed", "TEA-001").await;
    customer.settled(&id).await;
    assert_eq!(cancel(&id).send().await.unwrap().status(), StatusCode::CONFLICT);
    let other = Customer::sign_up(&system.gateway).await;
    let others = other.post(&format!("/api/v1/orders/{id}/cancel")).send().await.unwrap();
    assert_eq!(others.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_order_is_seen_live_until_it_is_settled() {
    let system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, held) = pending(&system, &customer).await;
    let mut events = Events::open(&customer, &id).await;
    assert_eq!(events.next().await.as_deref(), Some("pending"));
    drop(held);
    assert_eq!(events.next().await.as_deref(), Some("confirmed"));
    assert_eq!(events.next().await, None);
}

#[tokio::test]
async fn a_stop_of_the_orders_service_ends_the_stream_so_that_it_can_be_resumed() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, held) = pending(&system, &customer).await;
    let mut events = Events::open(&customer, &id).await;
    assert_eq!(events.next().await.as_deref(), Some("pending"));
    // Gently: the stream must not hold up the stop.
    let stopping = system.stop("orders");
    assert_eq!(tokio::time::timeout(Duration::from_secs(60), events.next()).await.unwrap(), None);
    drop(held);
    stopping.await;
    system.start_again("orders").await;
    let mut events = Events::open(&customer, &id).await;
    while events.next().await.as_deref() != Some("confirmed") {}
}

#[tokio::test]
async fn a_stream_ends_when_its_time_is_up_and_goes_on_where_it_was() {
    let system = System::start_with(None, &[("EVENTS_MAX_DURATION", "2s")]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, held) = pending(&system, &customer).await;
    let mut events = Events::open(&customer, &id).await;
    assert_eq!(events.next().await.as_deref(), Some("pending"));
    assert_eq!(events.next().await, None, "the order is pending still");
    let mut events = Events::open_after(&customer, &id, "pending").await;
    drop(held);
    // Nothing is told twice. If even the second stream was too short, the third has it.
    let mut next = events.next().await;
    while next.is_none() {
        events = Events::open_after(&customer, &id, "pending").await;
        next = events.next().await;
    }
    assert_eq!(next.as_deref(), Some("confirmed"));
}

#[tokio::test]
async fn a_stream_without_news_has_a_heartbeat() {
    let system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    system.freeze("order-worker");
    let (id, _) = customer.place("key", "TEA-001").await;
    let mut events = Events::open(&customer, &id).await;
    events.heartbeat().await;
    system.thaw("order-worker");
    assert_eq!(events.next().await.as_deref(), Some("confirmed"));
}

/// Server-sent events; comments are heartbeats.
struct Events {
    response: Response,
    buffer: String,
}

impl Events {
    async fn open(customer: &Customer, id: &str) -> Self {
        Self::read(customer.get(&format!("/api/v1/orders/{id}/events"))).await
    }

    /// As a watcher comes back who knows a status already.
    async fn open_after(customer: &Customer, id: &str, known: &str) -> Self {
        let request = customer.get(&format!("/api/v1/orders/{id}/events"));
        Self::read(request.header("last-event-id", known)).await
    }

    async fn read(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, buffer: String::new() }
    }

    /// Reads until a comment comes, past the first event.
    async fn heartbeat(&mut self) {
        while !self.buffer.contains("\n\n: heartbeat") {
            self.receive().await.expect("the stream goes on");
        }
        self.buffer.clear();
    }

    /// `None` at the end of the stream.
    async fn receive(&mut self) -> Option<()> {
        let chunk = self.response.chunk().await.ok()??;
        self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        Some(())
    }

    /// The next status; `None` at the end of the stream.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.buffer = rest;
                if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data:")) {
                    let order: Value = serde_json::from_str(data).unwrap();
                    return Some(order["status"].as_str().unwrap().to_owned());
                }
                continue;
            }
            self.receive().await?;
        }
    }
}
