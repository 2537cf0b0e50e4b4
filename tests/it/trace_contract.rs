//! One order is one trace: every span that the contract promises, below the span that it promises, and
//! no other.

use rdkafka::{Message, message::Headers};
use throughline::contract;

use crate::{customer::Customer, system::System, topic::first_record};

#[tokio::test]
async fn a_confirmed_order_is_one_trace() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "TEA-001").await;
    assert_eq!(customer.settled(&id).await["status"], "confirmed");
    system.stop_services().await;
    let violations = contract::check(&contract::confirmed(), &system.trace(&trace_id));
    assert!(violations.is_empty(), "{violations:#?}");
    nothing_of_an_order_is_in_another_trace(&system, &[&trace_id]);
}

#[tokio::test]
async fn a_rejected_order_is_one_trace() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "RARE-404").await;
    let order = customer.settled(&id).await;
    assert_eq!(order["status"], "rejected");
    assert_eq!(order["rejection_reason"], "RARE-404 is out of stock");
    system.stop_services().await;
    let violations = contract::check(&contract::rejected(), &system.trace(&trace_id));
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn a_repeated_order_is_a_trace_of_its_own_and_is_sent_to_nobody() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, first) = customer.place("key", "TEA-001").await;
    customer.settled(&id).await;
    let (same, second) = customer.place("key", "TEA-001").await;
    assert_eq!(same, id);
    system.stop_services().await;
    let violations = contract::check(&contract::repeated(), &system.trace(&second));
    assert!(violations.is_empty(), "{violations:#?}");
    nothing_of_an_order_is_in_another_trace(&system, &[&first]);
}

#[tokio::test]
async fn the_record_in_kafka_carries_the_producers_span() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "TEA-001").await;
    customer.settled(&id).await;
    let traceparent = traceparent_of_first_record(system.broker.address()).await;
    system.stop_services().await;
    let spans = system.trace(&trace_id);
    let send = spans.iter().find(|span| span.role.name == "send orders.placed").unwrap();
    assert_eq!(traceparent, format!("00-{trace_id}-{}-01", send.span_id));
}

/// What goes over Kafka is in the traces of the orders and nowhere else.
fn nothing_of_an_order_is_in_another_trace(system: &System, traces: &[&str]) {
    for span in system.spans() {
        if span.role.kind == "PRODUCER" || span.role.kind == "CONSUMER" {
            assert!(traces.contains(&span.trace_id.as_str()), "{span:?}");
        }
    }
}

async fn traceparent_of_first_record(broker: &str) -> String {
    let message = first_record(broker).await;
    let headers = message.headers().unwrap();
    let header = headers.iter().find(|header| header.key == "traceparent").unwrap();
    String::from_utf8(header.value.unwrap().to_vec()).unwrap()
}
