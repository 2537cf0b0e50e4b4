use std::time::Duration;

use opentelemetry::trace::{SpanContext, SpanId, SpanKind, TraceId};
use telemetry::{
    Delivery, Record,
    testing::{Recorder, SpanData, assert_span, span as expected},
};
use tokio::time::timeout;

use crate::{
    kafka_bench::{Broken, TOPIC, bench, bench_with, receive, record},
    points::points,
    recorded::{PATIENCE, attribute, ended, span},
};

/// Longer than a batch that fills up takes.
pub const LINGER: Duration = Duration::from_secs(20);

/// Trace and span.
pub type Ids = (TraceId, SpanId);

pub fn ids(context: &SpanContext) -> Ids {
    (context.trace_id(), context.span_id())
}

pub fn linked(span: &SpanData) -> Vec<Ids> {
    span.links.iter().map(|link| ids(&link.span_context)).collect()
}

fn sent(recorder: &Recorder) -> Vec<Ids> {
    let spans = recorder.spans();
    let sent = spans.iter().filter(|span| span.name.starts_with("send "));
    sent.map(|span| ids(&span.span_context)).collect()
}

#[tokio::test]
async fn a_batch_is_handed_over_and_worked_on_as_a_whole_with_a_link_for_each_record() {
    let bench = bench().await;
    for _ in 0..3 {
        bench.producer.send(record(None)).await.unwrap();
    }
    let consumer = bench.consumer.clone().with_message_keys();
    let batch = timeout(PATIENCE, consumer.recv_batch(3, LINGER)).await.unwrap().unwrap();
    assert_eq!(batch.iter().map(Delivery::offset).collect::<Vec<_>>(), [0, 1, 2]);
    consumer.process_batch(&batch, async { Err::<(), _>(Broken) }).await.unwrap_err();
    ended(&bench.recorder, 5).await;
    let senders = sent(&bench.recorder);
    for (name, kind) in
        [("poll orders.placed", SpanKind::Client), ("process orders.placed", SpanKind::Consumer)]
    {
        let of_batch = expected(name)
            .kind(kind)
            .root()
            .with("messaging.batch.message_count", 3)
            .with("messaging.destination.name", TOPIC)
            .with("messaging.destination.partition.id", "0")
            .without("messaging.kafka.offset")
            .without("messaging.kafka.message.key");
        let found = span(&bench.recorder, name).await;
        assert_span(&bench.recorder.spans(), &of_batch);
        assert_eq!(linked(&found), senders, "{name}");
        assert!(senders.iter().all(|(trace, _)| *trace != found.span_context.trace_id()));
    }
    let failed = expected("process orders.placed").failed("stock_unreachable");
    assert_span(&bench.recorder.spans(), &failed);
}

#[tokio::test]
async fn a_batch_of_several_topics_has_no_destination() {
    let bench = bench_with(&[(TOPIC, 1), ("orders.settled", 1)], &[]).await;
    bench.producer.send(record(None)).await.unwrap();
    bench.producer.send(Record { topic: "orders.settled", ..record(None) }).await.unwrap();
    let batch = timeout(PATIENCE, bench.consumer.recv_batch(2, LINGER)).await.unwrap().unwrap();
    assert_eq!(batch.len(), 2);
    let poll = span(&bench.recorder, "poll").await;
    assert_eq!(attribute(&poll, "messaging.destination.name"), None);
    assert_eq!(attribute(&poll, "messaging.destination.partition.id"), None);
    let consumed = points(&bench.recorder, "messaging.client.consumed.messages");
    let mut topics: Vec<_> =
        consumed.iter().filter_map(|one| one.label("messaging.destination.name")).collect();
    topics.sort();
    assert_eq!(topics, [TOPIC, "orders.settled"]);
}

#[tokio::test]
async fn a_batch_that_is_given_up_while_it_lingers_is_in_the_next_one() {
    let bench = bench().await;
    for payload in ["0", "1"] {
        bench.put(TOPIC, 0, Some(payload)).await;
    }
    // It waits for a third that does not come.
    let given_up = timeout(Duration::from_millis(2000), bench.consumer.recv_batch(3, LINGER)).await;
    assert!(given_up.is_err());
    assert!(bench.recorder.spans().is_empty(), "nothing was handed over");
    assert_eq!(receive(&bench.consumer).await.payload(), b"0");
    let rest = timeout(PATIENCE, bench.consumer.recv_batch(3, Duration::ZERO)).await.unwrap().unwrap();
    assert_eq!(rest.iter().map(Delivery::payload).collect::<Vec<_>>(), [b"1"]);
}
