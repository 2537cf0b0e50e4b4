use std::time::Duration;

use opentelemetry::trace::{SpanKind, Status};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::Consumer as _,
    types::{RDKafkaApiKey, RDKafkaRespErr},
};
use telemetry::{
    Consumer, MessagingTrace,
    testing::{assert_span, span as expected},
};

use crate::{
    kafka_batch::{ids, linked},
    kafka_bench::{Bench, TOPIC, bench, receive, record},
    recorded::{attribute, durations, ended, span, text},
};

/// How long the broker takes for each answer, where a test needs it slow.
pub const SLOW: Duration = Duration::from_millis(700);

pub fn slow_down(bench: &Bench, answer: Duration) {
    bench.broker.cluster().unwrap().broker_round_trip_time(1, answer).unwrap();
}

/// What the group will go on with.
pub fn committed(consumer: &Consumer) -> Offset {
    let mut partition = TopicPartitionList::new();
    partition.add_partition(TOPIC, 0);
    let table = consumer.inner().committed_offsets(partition, Duration::from_secs(10)).unwrap();
    table.find_partition(TOPIC, 0).unwrap().offset()
}

#[tokio::test]
async fn a_commit_is_a_span_below_the_sender_that_ends_when_the_broker_has_answered() {
    let bench = bench().await;
    bench.producer.send(record(None)).await.unwrap();
    let delivery = receive(&bench.consumer).await;
    slow_down(&bench, SLOW);
    bench.consumer.commit(&delivery).unwrap();
    assert!(!bench.recorder.spans().iter().any(|span| span.name.starts_with("commit")), "it is only queued");
    let commit = span(&bench.recorder, "commit orders.placed").await;
    slow_down(&bench, Duration::ZERO);
    assert!(commit.end_time.duration_since(commit.start_time).unwrap() >= SLOW);
    let settled = expected("commit orders.placed")
        .kind(SpanKind::Client)
        .below("send orders.placed")
        .succeeded()
        .with("messaging.operation.name", "commit")
        .with("messaging.operation.type", "settle")
        .with("messaging.destination.partition.id", "0")
        .with("messaging.consumer.group.name", "workers")
        .with("messaging.kafka.offset", 0)
        .without("throughline.cancelled");
    assert_span(&bench.recorder.spans(), &settled);
    assert_eq!(committed(&bench.consumer), Offset::Offset(1));
    let series = durations(&bench.recorder, "messaging.client.operation.duration");
    let settle = series.iter().find(|one| one.label("messaging.operation.name") == text("commit")).unwrap();
    assert_eq!((settle.count, settle.label("messaging.operation.type")), (1, text("settle")));
}

#[tokio::test]
async fn with_links_alone_a_commit_is_a_trace_of_its_own() {
    let bench = bench().await;
    bench.producer.send(record(None)).await.unwrap();
    let consumer = bench.consumer.clone().with_trace(MessagingTrace::Link);
    consumer.commit(&receive(&consumer).await).unwrap();
    let commit = span(&bench.recorder, "commit orders.placed").await;
    let send = span(&bench.recorder, "send orders.placed").await;
    assert_ne!(commit.span_context.trace_id(), send.span_context.trace_id());
    assert_eq!(linked(&commit), [ids(&send.span_context)]);
}

#[tokio::test]
async fn a_refused_commit_is_red() {
    let bench = bench().await;
    bench.producer.send(record(None)).await.unwrap();
    let delivery = receive(&bench.consumer).await;
    let refused = RDKafkaRespErr::RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    bench.broker.cluster().unwrap().request_errors(RDKafkaApiKey::OffsetCommit, &[refused]);
    bench.consumer.commit(&delivery).unwrap();
    span(&bench.recorder, "commit orders.placed").await;
    let red = expected("commit orders.placed").failed("GROUP_AUTHORIZATION_FAILED");
    assert_span(&bench.recorder.spans(), &red);
    let series = durations(&bench.recorder, "messaging.client.operation.duration");
    let settle = series.iter().find(|one| one.label("messaging.operation.name") == text("commit")).unwrap();
    assert_eq!(settle.label("error.type"), text("GROUP_AUTHORIZATION_FAILED"));
}

#[tokio::test]
async fn a_commit_that_the_broker_puts_off_is_one_span() {
    let bench = bench().await;
    bench.producer.send(record(None)).await.unwrap();
    let delivery = receive(&bench.consumer).await;
    let later = RDKafkaRespErr::RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS;
    bench.broker.cluster().unwrap().request_errors(RDKafkaApiKey::OffsetCommit, &[later, later]);
    bench.consumer.commit(&delivery).unwrap();
    assert_eq!(span(&bench.recorder, "commit orders.placed").await.status, Status::Unset);
    ended(&bench.recorder, 3).await;
    assert_eq!(committed(&bench.consumer), Offset::Offset(1));
}

/// The first is under way; the others wait, and the highest of them stands for both.
#[tokio::test]
async fn each_of_several_commits_has_its_span() {
    let bench = bench().await;
    for _ in 0..3 {
        bench.producer.send(record(None)).await.unwrap();
    }
    let mut deliveries = Vec::new();
    for _ in 0..3 {
        deliveries.push(receive(&bench.consumer).await);
    }
    slow_down(&bench, SLOW);
    deliveries.iter().for_each(|delivery| bench.consumer.commit(delivery).unwrap());
    ended(&bench.recorder, 9).await;
    slow_down(&bench, Duration::ZERO);
    let spans = bench.recorder.spans();
    let commits = spans.iter().filter(|span| span.name == "commit orders.placed");
    let offsets: Vec<_> = commits.map(|span| attribute(span, "messaging.kafka.offset").unwrap()).collect();
    assert_eq!(offsets, [0.into(), 1.into(), 2.into()]);
    assert_eq!(committed(&bench.consumer), Offset::Offset(3));
}
