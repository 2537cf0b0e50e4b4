use std::time::Duration;

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer as _},
};
use telemetry::{
    ErrorType,
    testing::{assert_span, span as expected},
};

use crate::{
    kafka_bench::{TOPIC, bench, bench_with, receive, record},
    kafka_commit::{SLOW, committed, slow_down},
    recorded::{PATIENCE, attribute, ended, span, until},
};

#[tokio::test]
async fn who_leaves_waits_for_the_answers_and_is_no_member_any_more() {
    let bench = bench().await;
    bench.producer.send(record(None)).await.unwrap();
    let delivery = receive(&bench.consumer).await;
    slow_down(&bench, SLOW);
    bench.consumer.commit(&delivery).unwrap();
    bench.consumer.clone().leave(PATIENCE).await;
    slow_down(&bench, Duration::ZERO);
    let answered = expected("commit orders.placed").succeeded().without("throughline.cancelled");
    assert_span(&bench.recorder.spans(), &answered);
    // A handle is still there, and the broker does not know whose it is.
    let mut offsets = TopicPartitionList::new();
    offsets.add_partition_offset(TOPIC, 0, Offset::Offset(1)).unwrap();
    let refused = || bench.consumer.inner().commit(&offsets, CommitMode::Sync).err();
    until(|| refused().is_some_and(|error| error.error_type() == "UNKNOWN_MEMBER_ID")).await;
}

#[tokio::test]
async fn a_commit_that_is_not_answered_before_the_end_is_cancelled_and_nobody_s_error() {
    let bench = bench().await;
    bench.producer.send(record(None)).await.unwrap();
    let delivery = receive(&bench.consumer).await;
    slow_down(&bench, SLOW);
    bench.consumer.commit(&delivery).unwrap();
    bench.consumer.clone().leave(Duration::ZERO).await;
    let cancelled = expected("commit orders.placed").succeeded().with("throughline.cancelled", true);
    assert_span(&bench.recorder.spans(), &cancelled);
    slow_down(&bench, Duration::ZERO);
    // The answer comes all the same, and changes nothing.
    let arrived = || committed(&bench.consumer) == Offset::Offset(1);
    until(arrived).await;
    assert_eq!(bench.recorder.spans().iter().filter(|span| span.name == "commit orders.placed").count(), 1);
}

/// One commit is with the broker, one waits for its turn, when the partition is taken away.
#[tokio::test]
async fn what_waits_when_a_partition_is_taken_away_is_sent_and_not_waited_for() {
    let bench = bench().await;
    for _ in 0..3 {
        bench.producer.send(record(None)).await.unwrap();
    }
    let (first, second) = (receive(&bench.consumer).await, receive(&bench.consumer).await);
    slow_down(&bench, SLOW);
    bench.consumer.commit(&first).unwrap();
    // The first is under way once it waits no more; the queue tells nobody, so give its thread a moment.
    tokio::time::sleep(SLOW / 4).await;
    bench.consumer.commit(&second).unwrap();
    bench.consumer.inner().unsubscribe();
    let polling = async {
        loop {
            let _ = bench.consumer.recv().await;
        }
    };
    tokio::select! {
        () = polling => {}
        () = until(|| !bench.consumer.holds(&second)) => {}
    }
    slow_down(&bench, Duration::ZERO);
    let of =
        |offset: i64| expected("commit orders.placed").with("messaging.kafka.offset", offset).succeeded();
    ended(&bench.recorder, 3 + 2 + 2).await;
    assert_span(&bench.recorder.spans(), &of(1).with("throughline.cancelled", true));
    assert_span(&bench.recorder.spans(), &of(0).without("throughline.cancelled"));
    until(|| committed(&bench.consumer) == Offset::Offset(2)).await;
}

#[tokio::test]
async fn a_record_of_an_assignment_that_is_over_is_not_committed_any_more() {
    // The mock lets who joins after somebody left wait for almost a session.
    let bench = bench_with(&[(TOPIC, 1)], &[("session.timeout.ms", "6000")]).await;
    bench.producer.send(record(None)).await.unwrap();
    let delivery = receive(&bench.consumer).await;
    assert!(bench.consumer.holds(&delivery));
    bench.consumer.clone().leave(PATIENCE).await;
    assert!(!bench.consumer.holds(&delivery));
    let lost = bench.consumer.commit(&delivery).unwrap_err();
    assert_eq!(lost.error_type(), "ASSIGNMENT_LOST");
    let commit = span(&bench.recorder, "commit orders.placed").await;
    assert_eq!(attribute(&commit, "error.type"), Some("ASSIGNMENT_LOST".into()));
    // Assigned once more it is read once more, and that record counts.
    bench.consumer.inner().subscribe(&[TOPIC]).unwrap();
    let again = receive(&bench.consumer).await;
    assert_eq!((again.offset(), bench.consumer.holds(&again)), (0, true));
    assert!(!bench.consumer.holds(&delivery));
}
