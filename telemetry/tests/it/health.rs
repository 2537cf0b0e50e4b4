//! The metrics of the crate's own health, by the conventions' names, as a collector gets them.

use telemetry::testing::{
    Collector, Received, conventions,
    otlp::metrics::v1::{HistogramDataPoint, metric::Data},
    text,
};

use crate::{
    child::start,
    totals::{has_all, sums, total},
};

const NAMES: [&str; 14] = [
    "otel.sdk.span.started",
    "otel.sdk.span.live",
    "otel.sdk.log.created",
    "otel.sdk.processor.span.queue.size",
    "otel.sdk.processor.span.queue.capacity",
    "otel.sdk.processor.span.processed",
    "otel.sdk.processor.log.queue.size",
    "otel.sdk.processor.log.queue.capacity",
    "otel.sdk.processor.log.processed",
    "otel.sdk.exporter.span.inflight",
    "otel.sdk.exporter.span.exported",
    "otel.sdk.exporter.log.inflight",
    "otel.sdk.exporter.log.exported",
    "otel.sdk.exporter.operation.duration",
];

/// The value of a sum with one series.
fn only(received: &Received, name: &str) -> i64 {
    match sums(received, name).as_slice() {
        [(_, value)] => *value,
        other => panic!("{name}: {other:?}"),
    }
}

#[tokio::test]
async fn a_healthy_process_says_what_it_made_and_that_all_arrived() {
    let collector = Collector::start().await.unwrap();
    let mut child = start("does as it is told", collector.address(), &[]);
    child.told("spans 1000").await;
    child.told("logs 10").await;
    child.told("stop").await;
    child.output().await;
    let received = collector.received();
    conventions::assert_kept(&received);
    assert!(has_all(&received, &NAMES), "{:?}", received.metric_names());
    for (name, value) in [
        ("otel.sdk.span.started", 1000),
        ("otel.sdk.span.live", 0),
        ("otel.sdk.processor.span.queue.size", 0),
        ("otel.sdk.processor.span.queue.capacity", 32_768),
        ("otel.sdk.processor.span.processed", 1000),
        ("otel.sdk.exporter.span.inflight", 0),
        ("otel.sdk.exporter.span.exported", 1000),
        ("otel.sdk.processor.log.queue.size", 0),
        ("otel.sdk.processor.log.queue.capacity", 8192),
        ("otel.sdk.exporter.log.inflight", 0),
    ] {
        assert_eq!(only(&received, name), value, "{name}");
    }
    let records = i64::try_from(received.records().len()).unwrap();
    assert_eq!(total(&received, "otel.sdk.exporter.log.exported", "error.type", None), records);
}

#[tokio::test]
async fn a_component_says_what_it_is_and_whom_it_talks_to() {
    for (protocol, exporter) in
        [("grpc", "otlp_grpc_span_exporter"), ("http/protobuf", "otlp_http_span_exporter")]
    {
        let collector = Collector::start().await.unwrap();
        let variables = [("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)];
        start("calls", collector.address(), &variables).output().await;
        let received = collector.received();
        let (address, port) = collector.address().trim_start_matches("http://").split_once(':').unwrap();
        let expected = [
            ("otel.component.name", format!("{exporter}/0")),
            ("otel.component.type", exporter.to_owned()),
            ("server.address", address.to_owned()),
            ("server.port", port.to_owned()),
        ];
        let (mut labels, _) = sums(&received, "otel.sdk.exporter.span.exported").remove(0);
        labels.sort();
        assert_eq!(labels, expected.map(|(key, value)| (key.to_owned(), value)));
    }
}

#[tokio::test]
async fn spans_that_nobody_records_are_counted_as_started() {
    let collector = Collector::start().await.unwrap();
    let variables = [("OTEL_TRACES_SAMPLER", "always_off")];
    let mut child = start("does as it is told", collector.address(), &variables);
    child.told("spans 100").await;
    child.told("stop").await;
    child.output().await;
    let received = collector.received();
    let started = total(&received, "otel.sdk.span.started", "otel.span.sampling_result", Some("DROP"));
    assert_eq!(started, 100);
    assert_eq!(only(&received, "otel.sdk.span.live"), 0);
}

#[tokio::test]
async fn an_export_is_measured_with_its_status() {
    let collector = Collector::start().await.unwrap();
    start("calls", collector.address(), &[]).output().await;
    let received = collector.received();
    let durations =
        received.exported_metrics().filter(|metric| metric.item.name == NAMES[13]).last().unwrap();
    let Some(Data::Histogram(histogram)) = &durations.item.data else { panic!("{durations:?}") };
    for exporter in ["otlp_grpc_span_exporter", "otlp_grpc_log_exporter"] {
        let of_exporter = |point: &&HistogramDataPoint| {
            text(&point.attributes, "otel.component.type").as_deref() == Some(exporter)
        };
        let points: Vec<_> = histogram.data_points.iter().filter(of_exporter).collect();
        assert_eq!(points.len(), 1, "{exporter}");
        assert!(points[0].count > 0, "{exporter}");
        assert_eq!(text(&points[0].attributes, "rpc.response.status_code").as_deref(), Some("OK"));
    }
}
