use serde_json::json;

use telemetry::testing::{Collector, body, text};

use crate::child::{log, logs, start};

#[tokio::test]
async fn a_log_line_is_json_with_typed_fields_and_the_ids_of_its_span() {
    let collector = Collector::start().await.unwrap();
    let output = start("logs", collector.address(), &[]).output().await;
    let (logs, received) = (logs(&output), collector.received());
    let (request, inner) = (received.span("request"), received.span("instrumented"));

    let inside = log(&logs, "inside");
    assert_eq!((&inside["level"], &inside["target"]), (&json!("WARN"), &json!("it::scenarios")));
    assert_eq!(inside["fields"], json!({"answer": 42, "size": 7, "name": "ada", "ok": true, "ratio": 0.5}));
    assert_eq!(inside["trace_id"], hex(&request.trace_id));
    assert_eq!(inside["span_id"], hex(&request.span_id));
    assert!(inside["timestamp"].as_str().unwrap().ends_with('Z'), "{inside}");
    let handled = log(&logs, "handled");
    assert_eq!((&handled["trace_id"], &handled["span_id"]), (&hex(&request.trace_id), &hex(&inner.span_id)));
    assert!(log(&logs, "outside").get("trace_id").is_none());
    assert!(output.iter().any(|line| line.starts_with("{\"timestamp\":\"")), "{output:#?}");
}

fn hex(bytes: &[u8]) -> serde_json::Value {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

#[tokio::test]
async fn a_log_reaches_the_collector_with_the_ids_of_its_span() {
    let collector = Collector::start().await.unwrap();
    start("logs", collector.address(), &[]).output().await;
    let received = collector.received();
    let records = received.records();
    let inside = records.iter().find(|record| body(record) == Some("inside")).unwrap();
    assert_eq!(inside.trace_id, received.span("request").trace_id);
    assert_eq!(inside.severity_text, "WARN");
    assert_eq!(text(&inside.attributes, "answer").as_deref(), Some("42"));
    assert!(
        records.iter().all(|record| body(record) != Some("a statement")),
        "sqlx::query repeats the spans"
    );
}

#[tokio::test]
async fn only_an_event_that_somebody_named_has_a_name() {
    let collector = Collector::start().await.unwrap();
    let output = start("a handler panics", collector.address(), &[]).output().await;
    let (logs, received) = (logs(&output), collector.received());
    let (named, unnamed): (Vec<_>, Vec<_>) =
        received.records().into_iter().partition(|record| !record.event_name.is_empty());
    assert!(named.iter().all(|record| record.event_name.ends_with("exception")), "{named:#?}");
    assert!(!named.is_empty() && !unnamed.is_empty());
    assert_eq!(log(&logs, "telemetry is set up").get("event_name"), None);
    let line = logs.iter().find(|log| log.get("event_name").is_some()).unwrap();
    assert_eq!(line["event_name"], named[0].event_name.as_str());
}

#[tokio::test]
async fn an_internal_span_nests_under_the_edge_and_a_handled_error_leaves_it_as_it_was() {
    let collector = Collector::start().await.unwrap();
    start("logs", collector.address(), &[]).output().await;
    let received = collector.received();
    let (request, inner) = (received.span("request"), received.span("instrumented"));
    assert_eq!(inner.parent_span_id, request.span_id);
    assert_eq!(inner.trace_id, request.trace_id);
    assert!(inner.events.is_empty());
    assert!(inner.status.as_ref().is_none_or(|status| status.code == 0), "{:?}", inner.status);
    assert!(inner.attributes.is_empty(), "{:?}", inner.attributes);
    // The second call was unrecorded.
    assert_eq!(received.spans().len(), 2);
}

#[tokio::test]
async fn exporting_logs_makes_no_logs_to_export_at_any_level() {
    let collector = Collector::start().await.unwrap();
    let loud = [("RUST_LOG", "trace"), ("OTEL_BLRP_SCHEDULE_DELAY", "20"), ("OTEL_BSP_SCHEDULE_DELAY", "20")];
    let output = start("calls", collector.address(), &loud).output().await;
    let received = collector.received();
    let bodies: Vec<_> = received.records().into_iter().filter_map(body).collect();
    assert!(bodies.contains(&"called"), "{bodies:?}");
    assert!(bodies.len() < 10, "{} records: {:?}", bodies.len(), &bodies[..10]);
    assert!(output.len() > 20, "standard output shows what the exporters say");
}

#[tokio::test]
async fn the_log_filter_changes_while_the_process_runs() {
    let collector = Collector::start().await.unwrap();
    let output = start("changes the filter", collector.address(), &[]).output().await;
    let logs = logs(&output);
    assert!(logs.iter().all(|log| log["message"] != "before"));
    assert_eq!(log(&logs, "after")["fields"]["filter"], "debug");
    let refused = &log(&logs, "refused")["fields"];
    assert_eq!(refused["filter"], "debug");
    assert!(refused["error"].as_str().unwrap().starts_with("`it=loud` is no log filter"), "{refused}");
}

#[tokio::test]
async fn pretty_lines_have_no_colour_when_they_go_to_a_pipe() {
    let collector = Collector::start().await.unwrap();
    let output = start("logs", collector.address(), &[("LOG_FORMAT", "pretty")]).output().await;
    let inside = output.iter().find(|line| line.contains("inside")).unwrap();
    assert!(inside.contains(" WARN it::scenarios: inside answer=42 "), "{inside}");
    assert!(inside.contains(" trace_id="), "{inside}");
    assert!(!inside.contains('\u{1b}'), "{inside:?}");
}

#[tokio::test]
async fn rust_log_decides_for_both_ways_out() {
    let collector = Collector::start().await.unwrap();
    let output = start("logs", collector.address(), &[("RUST_LOG", "warn")]).output().await;
    assert!(logs(&output).iter().all(|log| log["level"] != "INFO"), "{output:#?}");
    let received = collector.received();
    assert!(received.records().iter().all(|record| record.severity_text != "INFO"));
    assert_eq!(received.spans().len(), 2, "the log filter has no say over spans");
}
