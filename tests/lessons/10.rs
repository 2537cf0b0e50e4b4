use std::{fs, os::unix::fs::PermissionsExt, time::Duration};

use proto::orders::v1::{
    Confirmed, SettleOrderRequest, order_service_client::OrderServiceClient, settle_order_request::Outcome,
};
use tempfile::TempDir;
use throughline::{
    trace::Span,
    up::{LogOutput, OperatorTelemetry, Options, System},
};

use crate::{customer::Customer, order::parent, system::spans};

const SERVICE: &str = "parcels";
/// A parcel takes milliseconds; a slow one has as long again, see below.
const PATIENCE: Duration = Duration::from_secs(5);
/// `up` sends again after 5 s what is left in the outbox.
const SENT_AGAIN_BY_THEN: Duration = Duration::from_secs(7);

#[tokio::test]
#[ignore = "make lesson-check 10"]
async fn lesson_10_a_confirmed_order_becomes_a_parcel() {
    assert!(
        throughline::command().find_subcommand(SERVICE).is_some(),
        "not yet: there is no service `{SERVICE}`: `cargo run -- new service {SERVICE} …` writes one"
    );
    let state = tempfile::tempdir().unwrap();
    let system = start(&state).await;
    let edge = |service: &str| format!("http://{}", system.addresses().edge_of(service).unwrap());
    let customer = Customer::sign_up(&edge("gateway")).await;
    let (rejected, rejected_trace) = customer.place("one", "RARE-404").await;
    customer.settled(&rejected).await;
    let (order, trace) = customer.place("two", "TEA-001").await;
    customer.settled(&order).await;
    let handled = system.viewer().store().wait_for(|_| {
        let spans = spans::told(system.viewer());
        spans.iter().any(|span| is(span, SERVICE, "CONSUMER")).then_some(())
    });
    // What is missing then is said below.
    let _ = tokio::time::timeout(PATIENCE, handled).await;
    confirm_again(edge("orders"), order).await;
    tokio::time::sleep(SENT_AGAIN_BY_THEN).await;
    let spans = spans::told(system.viewer());
    system.stop().await;
    let event = the_event(&spans, &trace, &rejected_trace);
    is_a_parcel(&spans, event);
}

/// As `make run` does, so that whatever the learner has registered is there.
async fn start(state: &TempDir) -> System {
    // Root's PostgreSQL runs as another account, which has to pass.
    fs::set_permissions(state.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let options = Options {
        program: env!("CARGO_BIN_EXE_severed").into(),
        state_dir: Some(state.path().join("state")),
        free_ports: true,
        operator_telemetry: OperatorTelemetry::Ignored,
        logs: LogOutput::Quiet,
    };
    System::start(options).await.unwrap_or_else(|error| panic!("not yet: `up` does not start: {error}"))
}

/// What the worker does when a message comes to it twice.
async fn confirm_again(orders: String, order_id: String) {
    let outcome = Some(Outcome::Confirmed(Confirmed {}));
    let mut orders = OrderServiceClient::connect(orders).await.unwrap();
    orders.settle_order(SettleOrderRequest { order_id, outcome }).await.unwrap();
}

fn is(span: &Span, service: &str, kind: &str) -> bool {
    span.role.service == service && span.role.kind == kind
}

/// The PRODUCER span that tells of the confirmed order.
fn the_event<'a>(spans: &'a [Span], trace: &str, rejected: &str) -> &'a Span {
    let told = |span: &&Span| is(span, "orders", "PRODUCER") && span.role.name != "send orders.placed";
    let events: Vec<&Span> = spans.iter().filter(told).collect();
    if let Some(event) = events.iter().find(|event| event.trace_id == rejected) {
        panic!("not yet: there is `{}` in the trace of an order that was rejected", event.role.name);
    }
    let own: Vec<&Span> = events.iter().copied().filter(|event| event.trace_id == trace).collect();
    let event = match (own.first(), events.first()) {
        (Some(event), _) => event,
        (None, Some(elsewhere)) => panic!(
            "not yet: `{}` is in another trace than the order: its event needs the context of who confirmed",
            elsewhere.role.name
        ),
        (None, None) => panic!(
            "not yet: the trace of a confirmed order has no PRODUCER span of orders but `send orders.placed`"
        ),
    };
    assert!(
        !event.failed,
        "not yet: the event of a confirmed order can't be sent: `{}` failed",
        event.role.name
    );
    assert!(
        own.len() == 1,
        "not yet: within {} s the event of one order was sent {} times: what is sent has to leave the outbox",
        SENT_AGAIN_BY_THEN.as_secs(),
        own.len()
    );
    assert!(
        events.len() == 1,
        "not yet: an order was confirmed twice, as it happens when a message comes twice, and its event was sent twice"
    );
    event
}

fn is_a_parcel(spans: &[Span], event: &Span) {
    let handled: Vec<&Span> = spans.iter().filter(|span| is(span, SERVICE, "CONSUMER")).collect();
    let name = &event.role.name;
    assert!(
        !handled.is_empty(),
        "not yet: `{name}` is in the trace, and {SERVICE} has handled nothing: does it consume that topic?"
    );
    let Some(process) = handled.iter().find(|span| span.parent.as_ref() == Some(&event.span_id)) else {
        panic!("not yet: {SERVICE} has handled a message, but its CONSUMER span is not below `{name}`");
    };
    let status = process.status.as_deref().unwrap_or("unknown");
    assert!(!process.failed, "not yet: {SERVICE} could not handle the message: {status}");
    let written = spans.iter().any(|span| {
        let below = parent(spans, span).is_some_and(|above| above.span_id == process.span_id);
        below && is(span, SERVICE, "CLIENT") && span.role.name.starts_with("INSERT ")
    });
    assert!(written, "not yet: below `{}` there is no `INSERT …` of {SERVICE}", process.role.name);
}
