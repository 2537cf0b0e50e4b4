use telemetry::testing::{Collector, body};

use crate::{
    child::{logs, start},
    environment::warned,
    wire_collector::WireCollector,
};

/// Longer than any test.
const NEVER: &str = "3600000";

/// Each signal is the other's clock: by default spans leave after 5 s and logs after 1 s.
#[tokio::test]
async fn spans_leave_after_their_delay_and_logs_after_theirs() {
    let delays = |spans, logs| [("OTEL_BSP_SCHEDULE_DELAY", spans), ("OTEL_BLRP_SCHEDULE_DELAY", logs)];
    let collector = Collector::start().await.unwrap();
    let mut child = start("waits for SIGTERM", collector.address(), &delays("20", "2000"));
    child.says("ready").await;
    let received = collector.wait_for(|all| !all.spans().is_empty()).await;
    assert!(received.records().is_empty(), "spans first");
    let received = collector.wait_for(|all| !all.records().is_empty()).await;
    assert!(!received.spans().is_empty());
    child.terminate().await;
    child.output().await;

    let collector = Collector::start().await.unwrap();
    let mut child = start("waits for SIGTERM", collector.address(), &delays("500", "20"));
    child.says("ready").await;
    let received = collector.wait_for(|all| !all.spans().is_empty()).await;
    assert!(!received.records().is_empty(), "logs first");
    child.terminate().await;
    child.output().await;
}

#[tokio::test]
async fn no_batch_is_larger_than_the_operator_allows() {
    let collector = Collector::start().await.unwrap();
    let sizes = [("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "64"), ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "32")];
    start("ends a thousand spans at once", collector.address(), &sizes).output().await;
    start("logs a thousand times", collector.address(), &sizes).output().await;
    let received = collector.received();
    let spans = received.traces.iter().map(|request| {
        let scopes = request.resource_spans.iter().flat_map(|resource| &resource.scope_spans);
        scopes.map(|scope| scope.spans.len()).sum::<usize>()
    });
    assert_eq!(spans.max(), Some(64));
    let records = received.logs.iter().map(|request| {
        let scopes = request.resource_logs.iter().flat_map(|resource| &resource.scope_logs);
        scopes.map(|scope| scope.log_records.len()).sum::<usize>()
    });
    assert_eq!(records.max(), Some(32));
    assert_eq!(received.spans().len(), 1000);
}

#[tokio::test]
async fn records_that_the_queue_cannot_hold_are_counted_and_said() {
    let collector = Collector::start().await.unwrap();
    let small = [("OTEL_BLRP_MAX_QUEUE_SIZE", "16"), ("OTEL_BLRP_SCHEDULE_DELAY", NEVER)];
    let output = start("logs a thousand times", collector.address(), &small).output().await;
    let received = collector.received();
    let counted = received.records().into_iter().filter(|record| body(record) == Some("counted")).count();
    assert!(counted < 1000, "nothing was lost, so nothing was tested");
    let logs = logs(&output);
    let lost = logs.iter().find(|log| log["message"].as_str().unwrap().contains("lost at the stop"));
    let delivered = format!("{} delivered", received.records().len());
    assert!(lost.unwrap()["message"].as_str().unwrap().contains(&delivered), "{lost:?}, {delivered}");
}

#[tokio::test]
async fn a_log_export_that_is_not_answered_ends_with_its_timeout() {
    let collector = WireCollector::silent().await;
    let variables = [
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "100"),
        ("OTEL_BLRP_EXPORT_TIMEOUT", "200"),
    ];
    start("logs a thousand times", &collector.http(), &variables).output().await;
    assert!(collector.of("logs").len() > 1);
}

#[tokio::test]
async fn metrics_are_collected_every_interval() {
    let collector = Collector::start().await.unwrap();
    let variables = [("OTEL_METRIC_EXPORT_INTERVAL", "50"), ("OTEL_BLRP_SCHEDULE_DELAY", "20")];
    let output = start("calls", collector.address(), &variables).output().await;
    // One more comes at the end, whatever the interval is.
    assert!(collector.received().metrics.len() > 2, "{output:#?}");
}

#[tokio::test]
async fn a_metric_export_that_is_not_answered_ends_with_its_timeout() {
    let collector = WireCollector::silent().await;
    let variables = [
        ("OTEL_TRACES_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "20"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "50"),
    ];
    start("calls", &collector.http(), &variables).output().await;
    assert!(collector.of("metrics").len() > 1);
}

#[tokio::test]
async fn a_batch_larger_than_its_queue_and_a_delay_of_nothing_are_named() {
    let collector = Collector::start().await.unwrap();
    let wrong = [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "200"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "0"),
        ("OTEL_BLRP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "often"),
        ("OTEL_METRIC_EXPORT_TIMEOUT", "late"),
        ("OTEL_BSP_EXPORT_TIMEOUT", "1.5"),
    ];
    let output = start("shuts down in a task", collector.address(), &wrong).output().await;
    for (name, value) in &wrong[1..] {
        warned(&logs(&output), &format!("{name}=`{value}` is not "));
    }
}
