use telemetry::testing::{Collector, Received, conventions, otlp::metrics::v1::NumberDataPoint, text};

use crate::{
    child::start,
    environment::run,
    metric_points::{histograms, last, metrics, numbers, value},
};

const DELAY: &str = "throughline.tokio.scheduler.delay";

fn has_tokio(received: &Received) -> bool {
    received.metric_names().iter().any(|name| name.starts_with("throughline.tokio."))
}

#[tokio::test]
async fn the_runtime_in_which_telemetry_is_set_up_is_observed() {
    let (received, _) = run(&[]).await;
    conventions::assert_kept(&received);
    let level = |name| last(&received, name, ("", None));
    assert_eq!(level("throughline.tokio.workers"), Some(2.0));
    assert!(level("throughline.tokio.tasks.alive") > Some(0.0));
    assert!(level("throughline.tokio.global_queue.depth") >= Some(0.0));
    let busy = numbers(&received, "throughline.tokio.worker.busy_time");
    let index = |point: &&NumberDataPoint| text(&point.attributes, "throughline.tokio.worker.index");
    let mut workers: Vec<_> = busy.iter().map(index).collect();
    workers.sort();
    assert_eq!(workers, [Some("0".to_owned()), Some("1".to_owned())]);
    assert!(busy.into_iter().map(value).sum::<f64>() > 0.0);
    assert_eq!(metrics(&received, DELAY)[0].unit, "s");
}

#[tokio::test]
async fn a_blocked_runtime_wakes_its_tasks_late_and_the_probe_ends_with_the_guard() {
    let collector = Collector::start().await.unwrap();
    let mut child = start("blocks its only thread", collector.address(), &[]);
    child.says("no task is left").await;
    child.output().await;
    let received = collector.received();
    let delays = histograms(&received, DELAY)[0];
    // Half a second without a turn, for one that asks ten times a second.
    assert!(delays.max > Some(0.3), "{delays:?}");
    assert!(delays.min < delays.max, "{delays:?}");
    assert_eq!(delays.explicit_bounds[0], 0.0001);
}

#[tokio::test]
async fn nothing_is_said_of_a_runtime_that_is_not_there_or_that_nobody_asks_about() {
    let collector = Collector::start().await.unwrap();
    start("returns early outside any runtime", collector.address(), &[]).output().await;
    let received = collector.received();
    assert!(!received.metrics.is_empty() && !has_tokio(&received));
}
