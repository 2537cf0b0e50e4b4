use telemetry::testing::{Answer, Collector, Received, conventions, text};
use tokio::time::timeout;

use crate::{
    child::start,
    metric_points::{histograms, last, numbers},
    recorded::PATIENCE,
};

const EXPORTED: &str = "otel.sdk.exporter.metric_data_point.exported";
const INFLIGHT: &str = "otel.sdk.exporter.metric_data_point.inflight";
const COLLECTION: &str = "otel.sdk.metric_reader.collection.duration";

fn exported(received: &Received, error_type: Option<&str>) -> Option<f64> {
    received
        .metric_names()
        .contains(&EXPORTED)
        .then(|| last(received, EXPORTED, ("error.type", error_type)))?
}

/// Answers the first export so, and the others as it should; until the second was taken.
async fn after(answer: Answer, protocol: &str) -> Received {
    let collector = Collector::start().await.unwrap();
    collector.answer(answer);
    let variables = [
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "50"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
    ];
    let mut child = start("runs until SIGTERM", collector.address(), &variables);
    child.says("ready").await;
    // What is forbidden is not kept.
    let asked = collector.wait_for(|all| match answer {
        Answer::Forbid => !all.headers.is_empty(),
        _ => !all.metrics.is_empty(),
    });
    timeout(PATIENCE, asked).await.expect("metrics are exported");
    collector.answer(Answer::Accept);
    let told = collector.wait_for(|all| exported(all, None).is_some());
    timeout(PATIENCE, told).await.expect("what was exported is told by the next export");
    child.terminate().await;
    child.output().await;
    let received = collector.received();
    conventions::assert_kept(&received);
    received
}

#[tokio::test]
async fn what_became_of_the_points_is_told() {
    for (protocol, component, forbidden) in [
        ("grpc", "otlp_grpc_metric_exporter", "PERMISSION_DENIED"),
        ("http/protobuf", "otlp_http_metric_exporter", "403"),
    ] {
        let received = after(Answer::Forbid, protocol).await;
        assert!(exported(&received, None).unwrap() > 1.0);
        assert!(exported(&received, Some(forbidden)).unwrap() > 1.0, "{protocol}");
        assert_eq!(exported(&received, Some("rejected")), None);
        let point = numbers(&received, EXPORTED)[0];
        let label = |key| text(&point.attributes, key).unwrap();
        assert_eq!(label("otel.component.type"), component);
        assert_eq!(label("otel.component.name"), format!("{component}/0"));
        assert_eq!(label("server.address"), "127.0.0.1");
        assert!(label("server.port").parse::<u16>().unwrap() > 0);
        // Nothing is under way while the points are collected.
        assert_eq!(last(&received, INFLIGHT, ("otel.component.type", Some(component))), Some(0.0));
    }
}

#[tokio::test]
async fn points_that_a_collector_rejects_count_as_failed() {
    let received = after(Answer::Reject(3), "grpc").await;
    assert_eq!(exported(&received, Some("rejected")).map(|count| count % 3.0), Some(0.0));
    assert!(exported(&received, None).unwrap() > 3.0);
}

#[tokio::test]
async fn how_long_a_collection_takes_is_told() {
    let received = after(Answer::Accept, "grpc").await;
    let point = *histograms(&received, COLLECTION).last().unwrap();
    assert_eq!(text(&point.attributes, "otel.component.type").as_deref(), Some("periodic_metric_reader"));
    // Each collection but the last, which it could not tell of itself.
    assert_eq!(point.count, received.metrics.len() as u64 - 1);
    assert!(point.sum.unwrap() > 0.0);
}
