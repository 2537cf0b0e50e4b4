//! `MESSAGING_TRACE=link`: placing and handling an order are two traces, and a link leads from the second
//! back to the first.

use throughline::{contract, trace::Span};

use crate::{
    customer::Customer,
    system::{Cut, System},
};

/// What is wrong with the two traces of a confirmed order.
async fn violations(cut: Option<Cut>) -> Vec<String> {
    let mut system = System::start_with(cut, &[("MESSAGING_TRACE", "link")]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "TEA-001").await;
    assert_eq!(customer.settled(&id).await["status"], "confirmed");
    system.stop_services().await;
    let placed = system.trace(&trace_id);
    let mut violations = contract::check(&contract::placed_apart(), &placed);
    let spans = system.spans();
    let process = named(&spans, "process orders.placed");
    violations.extend(contract::check(&contract::handled_apart(), &system.trace(&process.trace_id)));
    if !links(&system, process).contains(&(trace_id, named(&placed, "send orders.placed").span_id.clone())) {
        violations.push("no link from handling to sending".to_owned());
    }
    violations
}

fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    spans.iter().find(|span| span.role.name == name).unwrap()
}

fn links(system: &System, span: &Span) -> Vec<(String, String)> {
    let spans = system.viewer.store().spans();
    spans.iter().find(|recorded| recorded.span_id() == span.span_id).unwrap().links()
}

#[tokio::test]
async fn a_confirmed_order_is_two_traces_and_a_link() {
    let violations = violations(None).await;
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test]
async fn a_cut_at_the_kafka_header_loses_the_link() {
    let violations = violations(Some(Cut { service: "order-worker", at: "incoming" })).await;
    assert_eq!(violations, ["no link from handling to sending"]);
}
