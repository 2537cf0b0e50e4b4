//! The contract sees a cut: at each hop a service that loses the trace makes it fail, and names the hop.

use throughline::contract;

use crate::{
    customer::Customer,
    system::{Cut, System},
};

/// Runs the order of `a_confirmed_order_is_one_trace` on a system with one hop cut. The order is
/// confirmed all the same: only its trace is broken.
async fn violations_when_cut(service: &'static str, at: &'static str) -> Vec<String> {
    let mut system = System::start_with(Some(Cut { service, at }), &[]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "TEA-001").await;
    assert_eq!(customer.settled(&id).await["status"], "confirmed");
    system.stop_services().await;
    contract::check(&contract::confirmed(), &system.trace(&trace_id))
}

fn assert_missing(violations: &[String], edge: &str) {
    assert!(violations.contains(&format!("missing: {edge}")), "{edge} is not among {violations:#?}");
}

#[tokio::test]
async fn a_cut_between_http_and_grpc_is_seen() {
    let violations = violations_when_cut("gateway", "outgoing").await;
    for (service, method) in
        [("users", "users.v1.UserService/GetUser"), ("orders", "orders.v1.OrderService/PlaceOrder")]
    {
        assert_missing(
            &violations,
            &format!("{service}: {method} [SERVER] below gateway: {method} [CLIENT]"),
        );
    }
}

#[tokio::test]
async fn a_cut_at_the_outbox_is_seen() {
    let violations = violations_when_cut("orders", "stored").await;
    assert_missing(
        &violations,
        "orders: send orders.placed [PRODUCER] below orders: orders.v1.OrderService/PlaceOrder [SERVER]",
    );
}

#[tokio::test]
async fn a_cut_at_the_kafka_header_is_seen() {
    let violations = violations_when_cut("order-worker", "incoming").await;
    assert_missing(
        &violations,
        "order-worker: process orders.placed [CONSUMER] below orders: send orders.placed [PRODUCER]",
    );
    let sent = "orders: send orders.placed [PRODUCER] below";
    assert!(!violations.iter().any(|violation| violation.contains(sent)), "{violations:#?}");
}

#[tokio::test]
async fn a_cut_between_worker_and_grpc_is_seen() {
    let violations = violations_when_cut("order-worker", "outgoing").await;
    let method = "orders.v1.OrderService/SettleOrder";
    assert_missing(&violations, &format!("orders: {method} [SERVER] below order-worker: {method} [CLIENT]"));
    let processed = "order-worker: process orders.placed [CONSUMER] below";
    assert!(!violations.iter().any(|violation| violation.contains(processed)), "{violations:#?}");
}
