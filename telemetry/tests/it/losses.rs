//! Collectors that are not there, die, refuse or reject: each span and record is delivered or counted, and the
//! counts arrive once there is somebody to take them.

use std::time::Duration;

use telemetry::testing::{Answer, Collector, Received, body, conventions};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

use crate::{
    child::{Child, start},
    recorded::PATIENCE,
    totals::{sums, total},
};

const EXPORTED: &str = "otel.sdk.exporter.span.exported";
const ERROR: &str = "error.type";

/// Small steps, so that a test need not wait for them; and a hundred spans leave together as soon as they have ended,
/// never before, however long the machine takes for them.
const QUICK: [(&str, &str); 6] = [
    ("OTEL_BSP_SCHEDULE_DELAY", "60000"),
    ("OTEL_BLRP_SCHEDULE_DELAY", "20"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "50"),
    ("OTEL_METRIC_EXPORT_TIMEOUT", "1000"),
    ("OTEL_BLRP_EXPORT_TIMEOUT", "1000"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100"),
];

fn obedient(collector: &Collector, more: &[(&str, &str)]) -> Child {
    start("does as it is told", collector.address(), &[&QUICK, more].concat())
}

/// What a report says: of spans, then of log records.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    delivered: i64,
    dropped: i64,
    failed: i64,
    timed_out: i64,
}

async fn stop(mut child: Child) -> [Told; 2] {
    let answer = child.told("stop").await;
    child.output().await;
    let numbers: Vec<i64> = answer.split(' ').map(|number| number.parse().unwrap()).collect();
    [0, 5].map(|at| Told {
        delivered: numbers[at],
        dropped: numbers[at + 1],
        failed: numbers[at + 2],
        timed_out: numbers[at + 3],
    })
}

fn spans(received: &Received) -> i64 {
    received.spans().len().try_into().unwrap()
}

/// The last metrics come after all else. Without an error, whatever it was.
fn assert_counted(received: &Received, error: Option<&str>, told: &Told) {
    conventions::assert_kept(received);
    assert_eq!(told.delivered, spans(received));
    assert_eq!(total(received, EXPORTED, ERROR, None), told.delivered);
    let all: i64 = sums(received, EXPORTED).iter().map(|(_, value)| value).sum();
    assert_eq!(all, told.delivered + told.failed);
    if let Some(error) = error {
        assert_eq!(total(received, EXPORTED, ERROR, Some(error)), told.failed, "{error}");
    }
}

#[tokio::test]
async fn a_collector_that_comes_late_gets_what_is_new_and_the_count_of_what_was_lost() {
    let collector = Collector::absent().await.unwrap();
    let mut child = obedient(&collector, &[]);
    child.told("spans 100").await;
    child.says("100 spans could not be delivered").await;
    collector.appear().await.unwrap();
    child.told("spans 200").await;
    timeout(PATIENCE, collector.wait_for(|all| spans(all) == 200)).await.unwrap();
    child.says("spans are delivered again: 100 were lost meanwhile").await;
    let [traces, _] = stop(child).await;
    assert_eq!(traces, Told { delivered: 200, dropped: 0, failed: 100, timed_out: 0 });
    assert_counted(&collector.received(), Some("UNAVAILABLE"), &traces);
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

#[tokio::test]
async fn a_collector_that_dies_and_comes_back_learns_what_was_lost() {
    let life = runtime();
    let collector = life.spawn(Collector::start()).await.unwrap().unwrap();
    let mut child = obedient(&collector, &[]);
    child.told("spans 100").await;
    timeout(PATIENCE, collector.wait_for(|all| spans(all) == 100)).await.unwrap();
    life.shutdown_background();
    child.told("spans 100").await;
    child.says("spans could not be delivered").await;
    collector.appear().await.unwrap();
    child.told("spans 100").await;
    timeout(PATIENCE, collector.wait_for(|all| spans(all) == 200)).await.unwrap();
    let [traces, _] = stop(child).await;
    assert_eq!(traces, Told { delivered: 200, dropped: 0, failed: 100, timed_out: 0 });
    // A connection that breaks is told as it is noticed: there are several codes for it.
    assert_counted(&collector.received(), None, &traces);
}

#[tokio::test]
async fn what_a_collector_refuses_is_counted_by_its_status() {
    for (protocol, answer, error) in [
        ("grpc", Answer::Forbid, "PERMISSION_DENIED"),
        ("http/protobuf", Answer::Forbid, "403"),
        ("http/protobuf", Answer::Refuse, "503"),
    ] {
        let collector = Collector::start().await.unwrap();
        collector.answer(answer);
        let mut child = obedient(&collector, &[("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)]);
        child.told("spans 100").await;
        child.says("100 spans could not be delivered").await;
        collector.answer(Answer::Accept);
        child.told("spans 100").await;
        timeout(PATIENCE, collector.wait_for(|all| spans(all) == 100)).await.unwrap();
        let [traces, _] = stop(child).await;
        assert_eq!(traces, Told { delivered: 100, dropped: 0, failed: 100, timed_out: 0 }, "{error}");
        assert_counted(&collector.received(), Some(error), &traces);
    }
}

#[tokio::test]
async fn what_a_collector_rejects_of_a_batch_is_lost_and_counted() {
    for protocol in ["grpc", "http/protobuf"] {
        let collector = Collector::start().await.unwrap();
        collector.answer(Answer::Reject(7));
        let mut child = obedient(&collector, &[("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)]);
        child.told("spans 100").await;
        child.says("the collector rejected 7 of 100 spans").await;
        child.told("logs 1").await;
        child.says("the collector rejected").await;
        collector.answer(Answer::Accept);
        let [traces, logs] = stop(child).await;
        assert_eq!(traces, Told { delivered: 93, dropped: 0, failed: 7, timed_out: 0 }, "{protocol}");
        assert!(logs.failed > 0 && logs.failed <= 14, "{logs:?}");
        assert_eq!(logs.delivered, i64::try_from(collector.received().records().len()).unwrap());
        assert_counted(&collector.received(), Some("rejected"), &traces);
    }
}

#[tokio::test]
async fn a_batch_that_is_not_answered_in_time_is_lost_and_counted() {
    let collector = Collector::start().await.unwrap();
    collector.answer(Answer::Never);
    let mut child = obedient(&collector, &[("OTEL_BSP_EXPORT_TIMEOUT", "1000")]);
    child.told("spans 100").await;
    child.says("100 spans could not be delivered").await;
    collector.answer(Answer::Accept);
    child.told("spans 100").await;
    timeout(PATIENCE, collector.wait_for(|all| spans(all) == 100)).await.unwrap();
    let [traces, _] = stop(child).await;
    assert_eq!(traces, Told { delivered: 100, dropped: 0, failed: 0, timed_out: 100 });
    let received = collector.received();
    assert_eq!(total(&received, EXPORTED, ERROR, Some("timeout")), 100);
}

#[tokio::test]
async fn a_slow_collector_loses_nothing() {
    let collector = Collector::start().await.unwrap();
    collector.answer(Answer::Delay(Duration::from_millis(20)));
    let mut child = obedient(&collector, &[("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "512")]);
    child.told("spans 20000").await;
    child.told("logs 5000").await;
    let [traces, logs] = stop(child).await;
    assert_eq!(traces, Told { delivered: 20_000, dropped: 0, failed: 0, timed_out: 0 });
    assert_eq!((logs.dropped, logs.failed, logs.timed_out), (0, 0, 0));
    let received = collector.received();
    assert_eq!(spans(&received), 20_000);
    assert_eq!(received.records().into_iter().filter(|record| body(record) == Some("counted")).count(), 5000);
}
