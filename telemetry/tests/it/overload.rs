//! What a collector that never answers costs the service: a bounded memory, and no time.

use telemetry::testing::{Answer, Collector, Received};
use tokio::time::timeout;

use crate::{
    child::{Child, start},
    recorded::PATIENCE,
    totals::total,
};

const PROCESSED: &str = "otel.sdk.processor.span.processed";

/// One batch is with the exporter and ends by its timeout, the next ones fill the queue.
const SMALL: [(&str, &str); 5] = [
    ("OTEL_BSP_MAX_QUEUE_SIZE", "1000"),
    ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100"),
    ("OTEL_BSP_EXPORT_TIMEOUT", "500"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "50"),
    ("OTEL_METRIC_EXPORT_TIMEOUT", "500"),
];

async fn number(child: &mut Child, order: &str) -> u64 {
    child.told(order).await.parse().unwrap()
}

fn dropped(received: &Received) -> i64 {
    total(received, PROCESSED, "error.type", Some("queue_full"))
}

#[tokio::test]
async fn memory_is_bounded_by_the_queue_and_what_was_dropped_is_told_later() {
    let collector = Collector::start().await.unwrap();
    collector.answer(Answer::Never);
    let mut child = start("does as it is told", collector.address(), &SMALL);
    number(&mut child, "heavy 2000").await;
    let before = number(&mut child, "memory").await;
    // Each has a text of one KiB: 100 MB, if they were kept.
    number(&mut child, "heavy 100000").await;
    let after = number(&mut child, "memory").await;
    assert!(after < before + 20_000, "{before} KiB before, {after} KiB after");
    collector.answer(Answer::Accept);
    let received = timeout(PATIENCE, collector.wait_for(|all| dropped(all) > 0)).await.unwrap();
    assert!(dropped(&received) > 90_000, "{}", dropped(&received));
}

/// As a ratio within one run: a machine may be as slow as it likes.
#[tokio::test]
async fn a_call_costs_the_same_whether_or_not_the_collector_answers() {
    let collector = Collector::start().await.unwrap();
    let mut child = start("does as it is told", collector.address(), &SMALL);
    let answered = number(&mut child, "spans 20000").await;
    collector.answer(Answer::Never);
    let unanswered = number(&mut child, "spans 20000").await;
    assert!(unanswered < 10 * answered, "{answered} ns, {unanswered} ns without an answer");
}
