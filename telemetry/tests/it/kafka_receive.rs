use std::time::Duration;

use opentelemetry::trace::SpanKind;
use rdkafka::{ClientConfig, TopicPartitionList, consumer::Consumer as _, producer::FutureRecord};
use telemetry::{
    Record,
    testing::{Recorder, assert_span, span as expected},
};
use tokio::time::timeout;

use crate::{
    kafka_batch::{LINGER, ids, linked},
    kafka_bench::{Bench, Broken, TOPIC, bench, member, receive, record},
    points::points,
    recorded::{PATIENCE, attribute, durations, ended, span, text},
};

#[tokio::test]
async fn a_hand_over_is_a_trace_of_its_own_linked_to_the_sender() {
    let bench = bench().await;
    bench.producer.send(record(None)).await.unwrap();
    receive(&bench.consumer).await;
    let poll = span(&bench.recorder, "poll orders.placed").await;
    let spans = bench.recorder.spans();
    let of_one = expected("poll orders.placed")
        .kind(SpanKind::Client)
        .root()
        .succeeded()
        .with("messaging.system", "kafka")
        .with("messaging.operation.name", "poll")
        .with("messaging.operation.type", "receive")
        .with("messaging.destination.name", TOPIC)
        .with("messaging.destination.partition.id", "0")
        .with("messaging.consumer.group.name", "workers")
        .with("messaging.kafka.offset", 0)
        .without("messaging.batch.message_count")
        .without("messaging.kafka.message.key")
        .without("messaging.kafka.message.tombstone");
    assert_span(&spans, &of_one);
    let send = span(&bench.recorder, "send orders.placed").await.span_context;
    assert_ne!(poll.span_context.trace_id(), send.trace_id());
    assert_eq!(linked(&poll), [ids(&send)]);
    let series = durations(&bench.recorder, "messaging.client.operation.duration");
    let poll = series.iter().find(|one| one.label("messaging.operation.name") == text("poll")).unwrap();
    assert_eq!((poll.count, poll.label("messaging.operation.type")), (1, text("receive")));
}

/// A wait in vain is nothing; a wait that ends well is no part of the span.
#[tokio::test]
async fn waiting_is_no_operation() {
    let bench = bench().await;
    let waited = timeout(Duration::from_millis(300), bench.consumer.recv()).await;
    assert!(waited.is_err(), "there is nothing to receive");
    assert!(bench.recorder.spans().is_empty(), "an empty poll leaves no span");
    let started = std::time::SystemTime::now();
    let (delivery, ()) = tokio::join!(receive(&bench.consumer), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        bench.put(TOPIC, 0, Some("late")).await;
    });
    let waited = started.elapsed().unwrap();
    assert_eq!(delivery.payload(), b"late");
    let poll = span(&bench.recorder, "poll orders.placed").await;
    assert!(poll.end_time.duration_since(poll.start_time).unwrap() < waited / 2, "{poll:?} of {waited:?}");
}

#[tokio::test]
async fn a_message_is_counted_when_it_is_received_and_once() {
    let bench = bench().await;
    for _ in 0..3 {
        bench.producer.send(record(None)).await.unwrap();
    }
    let delivery = receive(&bench.consumer).await;
    bench.consumer.process(&delivery, async { Ok::<_, Broken>(()) }).await.unwrap();
    let batch = timeout(PATIENCE, bench.consumer.recv_batch(2, LINGER)).await.unwrap().unwrap();
    bench.consumer.process_batch(&batch, async { Err::<(), _>(Broken) }).await.unwrap_err();
    let consumed = points(&bench.recorder, "messaging.client.consumed.messages");
    let [consumed] = consumed.as_slice() else { panic!("{consumed:?}") };
    assert_eq!((consumed.value, consumed.unit.as_str()), (3, "{message}"));
    assert_eq!(consumed.label("messaging.operation.name").as_deref(), Some("poll"));
    assert_eq!(consumed.label("messaging.destination.partition.id").as_deref(), Some("0"));
}

#[tokio::test]
async fn a_tombstone_is_told_where_it_is_received_and_worked_on() {
    let Bench { producer, consumer, recorder, broker: _broker, .. } = bench().await;
    let tombstone = FutureRecord::<str, [u8]>::to(TOPIC).key("k1");
    producer.inner().send(tombstone, Duration::ZERO).await.unwrap();
    let delivery = receive(&consumer).await;
    assert_eq!(delivery.payload(), b"");
    consumer.process(&delivery, async { Ok::<_, Broken>(()) }).await.unwrap();
    for name in ["poll orders.placed", "process orders.placed"] {
        let span = span(&recorder, name).await;
        assert_eq!(attribute(&span, "messaging.kafka.message.tombstone"), Some(true.into()), "{name}");
        assert!(span.links.is_empty(), "nobody's context is in it");
    }
}

#[tokio::test]
async fn keys_are_told_on_demand_where_they_are_text() {
    let bench = bench().await;
    let (producer, consumer) =
        (bench.producer.clone().with_message_keys(), bench.consumer.clone().with_message_keys());
    producer.send(record(None)).await.unwrap();
    producer.send(Record { key: b"\xff", ..record(None) }).await.unwrap();
    for _ in 0..2 {
        let delivery = receive(&consumer).await;
        consumer.process(&delivery, async { Ok::<_, Broken>(()) }).await.unwrap();
    }
    ended(&bench.recorder, 6).await;
    for name in ["send orders.placed", "poll orders.placed", "process orders.placed"] {
        let spans = bench.recorder.spans();
        let keys: Vec<_> = spans
            .iter()
            .filter(|span| span.name == name)
            .map(|span| attribute(span, "messaging.kafka.message.key"))
            .collect();
        assert_eq!(keys, [text("k1"), None], "{name}");
    }
}

#[tokio::test]
async fn what_librdkafka_reports_instead_of_a_record_is_a_poll_that_failed() {
    let bench = bench().await;
    let nowhere = member(&bench.telemetry, &bench.broker, &[("allow.auto.create.topics", "false")]);
    let mut partition = TopicPartitionList::new();
    partition.add_partition("nowhere", 0);
    nowhere.inner().assign(&partition).unwrap();
    let error = timeout(PATIENCE, nowhere.recv()).await.unwrap().unwrap_err();
    let poll = span(&bench.recorder, "poll").await;
    assert_eq!(attribute(&poll, "error.type"), text(&telemetry::ErrorType::error_type(&error)));
    assert!(format!("{:?}", poll.status).contains(&error.to_string()));
    let consumed = points(&bench.recorder, "messaging.client.consumed.messages");
    assert!(consumed.is_empty(), "{consumed:?}");
}

#[tokio::test]
async fn settings_that_librdkafka_does_not_know_are_refused() {
    let (telemetry, _) = Recorder::new(telemetry::service!());
    let mut config = ClientConfig::new();
    config.set("group.id", "workers").set("no.such.setting", "1");
    assert!(telemetry.consumer(&config).is_err());
}
