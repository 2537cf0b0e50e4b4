use opentelemetry_proto::tonic::logs::v1::LogRecord;
use telemetry::testing::{Collector, Received, body, text};

use crate::child::start;

async fn received(scenario: &str, variables: &[(&str, &str)]) -> Received {
    let collector = Collector::start().await.unwrap();
    start(scenario, collector.address(), variables).output().await;
    collector.received()
}

/// Those that are exceptions, in their order.
fn exceptions(received: &Received) -> Vec<&LogRecord> {
    let records = received.records().into_iter();
    records.filter(|record| text(&record.attributes, "exception.type").is_some()).collect()
}

fn of(record: &LogRecord, key: &str) -> String {
    text(&record.attributes, key).unwrap_or_default()
}

#[tokio::test]
async fn a_panic_is_one_record_with_its_text_its_stack_and_the_ids_of_its_request() {
    let received = received("a handler panics", &[("RUST_BACKTRACE", "1")]).await;
    let all = exceptions(&received);
    assert_eq!(all.len(), 1, "{all:#?}");
    let (record, request) = (all[0], received.span("GET /panic"));
    assert_eq!(record.event_name, "http.server.request.exception");
    assert_eq!((record.severity_number, record.severity_text.as_str()), (17, "ERROR"));
    assert_eq!(
        (of(record, "exception.type"), of(record, "exception.message")),
        ("panic".into(), "planted".into())
    );
    let stack = of(record, "exception.stacktrace");
    assert!(stack.starts_with("at ") && stack.contains("exception_scenarios.rs:"), "{stack}");
    assert!(stack.contains("exception_scenarios::panic"), "{stack}");
    assert_eq!(record.trace_id, request.trace_id);
}

#[tokio::test]
async fn a_failure_is_one_record_named_by_what_failed() {
    let received = received("a handler fails", &[]).await;
    let all = exceptions(&received);
    let named: Vec<_> = all
        .iter()
        .map(|record| (record.event_name.as_str(), record.severity_text.as_str(), body(record).unwrap()))
        .collect();
    assert_eq!(
        named,
        [
            ("db.client.operation.exception", "WARN", "lived with"),
            ("http.server.request.exception", "ERROR", "the request failed"),
            ("exception", "ERROR", "nothing runs"),
        ]
    );
    let request = received.span("GET /fail");
    assert_eq!((&all[1].trace_id, &all[1].span_id), (&request.trace_id, &request.span_id));
    assert_eq!(of(all[1], "exception.type"), "store_unavailable");
    assert_eq!(of(all[1], "exception.message"), "the store is gone");
    assert_eq!(of(all[1], "exception.stacktrace"), "", "no stack is no attribute");
    assert!(all[2].trace_id.is_empty());
    assert!(request.events.is_empty(), "span events are deprecated");
}

#[tokio::test]
async fn of_the_baggage_a_span_shows_what_is_on_the_list_on_both_sides_of_a_hop() {
    let received = received("baggage", &[]).await;
    let spans: Vec<_> =
        received.spans().into_iter().filter(|span| span.name == crate::greeter::GREET).collect();
    assert_eq!(spans.len(), 2, "{spans:#?}");
    for span in spans {
        assert_eq!(text(&span.attributes, "tenant").as_deref(), Some("a"));
        assert_eq!(text(&span.attributes, "password"), None);
        assert_eq!(text(&span.attributes, "absent"), None);
    }
}

#[tokio::test]
async fn a_refused_commit_is_one_record_in_the_trace_of_what_was_committed() {
    let received = received("has a commit refused", &[]).await;
    let all = exceptions(&received);
    assert_eq!(all.len(), 1, "{all:#?}");
    let (record, commit) = (all[0], received.span("commit orders.placed"));
    assert_eq!(record.event_name, "messaging.settle.exception");
    assert_eq!((record.severity_number, record.severity_text.as_str()), (13, "WARN"));
    assert_eq!(of(record, "exception.type"), "GROUP_AUTHORIZATION_FAILED");
    assert_eq!((&record.trace_id, &record.span_id), (&commit.trace_id, &commit.span_id));
}
