use opentelemetry_proto::tonic::{common::v1::KeyValue, logs::v1::LogRecord, trace::v1::Span};

use telemetry::testing::{Collector, body, text};

use crate::{child::start, environment::warned};

async fn run(variables: &[(&str, &str)]) -> (Span, LogRecord, Vec<serde_json::Value>) {
    let collector = Collector::start().await.unwrap();
    let output = start("breaks the limits", collector.address(), variables).output().await;
    let received = collector.received();
    let record = received.records().into_iter().find(|record| body(record) == Some("large")).unwrap();
    (received.span("large").clone(), record.clone(), crate::child::logs(&output))
}

fn length(attributes: &[KeyValue], key: &str) -> usize {
    text(attributes, key).unwrap().chars().count()
}

#[tokio::test]
async fn a_huge_attribute_is_bounded_and_that_is_said() {
    let (span, record, logs) = run(&[]).await;
    for attributes in
        [&span.attributes, &span.events[0].attributes, &span.links[0].attributes, &record.attributes]
    {
        assert_eq!(length(attributes, "long"), 32_768);
        assert!(text(attributes, "long").unwrap().chars().all(|character| character == 'ä'));
    }
    // The long text, the array's first one, five events and five links.
    warned(&logs, "12 attributes, events or links were too long or too many");
}

#[tokio::test]
async fn values_are_as_long_as_the_operator_allows() {
    let (span, record, _) = run(&[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "7")]).await;
    assert_eq!((length(&span.attributes, "long"), length(&record.attributes, "long")), (7, 7));
    let texts = text(&span.attributes, "texts").unwrap();
    assert!(texts.contains("äääääää") && !texts.contains("ääääääää"), "{texts}");
    let special = [
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "7"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "8"),
        ("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "9"),
    ];
    let (span, record, _) = run(&special).await;
    assert_eq!((length(&span.attributes, "long"), length(&record.attributes, "long")), (8, 9));
    let (span, record, _) = run(&[("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "1000000")]).await;
    assert_eq!((length(&span.attributes, "long"), length(&record.attributes, "long")), (50_000, 50_000));
}

#[tokio::test]
async fn there_are_as_many_attributes_events_and_links_as_the_operator_allows() {
    let (span, record, logs) = run(&[("OTEL_ATTRIBUTE_COUNT_LIMIT", "3")]).await;
    assert_eq!((span.attributes.len(), span.dropped_attributes_count), (3, 4));
    assert_eq!((span.events[0].attributes.len(), span.links[0].attributes.len()), (3, 3));
    assert_eq!(record.attributes.len(), 3);
    assert_eq!((record.trace_id, record.severity_text.as_str()), (span.trace_id, "INFO"));
    warned(&logs, "16 attributes, events or links were too long or too many");
    let special = [
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "100"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1"),
        ("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "2"),
        ("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "3"),
        ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "4"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "2"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "1"),
    ];
    let (span, record, logs) = run(&special).await;
    assert_eq!((span.attributes.len(), record.attributes.len()), (1, 4));
    assert_eq!((span.events.len(), span.links.len()), (2, 1));
    // Of the span 6 attributes, 3 events and 4 links; and the long text of it, of two events, of a link.
    warned(&logs, "17 attributes, events or links were too long or too many");
    assert_eq!((span.events[0].attributes.len(), span.links[0].attributes.len()), (2, 3));
}

#[tokio::test]
async fn limits_that_make_no_sense_are_named() {
    let wrong = [
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", "many"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-1"),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", "1.5"),
        ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "x"),
    ];
    let (span, _, logs) = run(&wrong).await;
    for (name, value) in wrong {
        warned(&logs, &format!("{name}=`{value}` is not a number"));
    }
    assert_eq!(length(&span.attributes, "long"), 32_768);
}
