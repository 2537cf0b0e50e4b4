use opentelemetry::trace::{SpanKind, Status};
use rdkafka::{
    ClientConfig,
    types::{RDKafkaApiKey, RDKafkaRespErr},
};
use telemetry::{MessagingTrace, Record, testing::Recorder};

use crate::{
    kafka_bench::{Bench, Broken, TOPIC, bench, receive, record},
    points::points,
    recorded::{attribute, durations, span, text},
};

#[tokio::test]
async fn a_record_carries_its_producers_span_to_the_consumer() {
    let Bench { producer, consumer, recorder, broker: _broker, .. } = bench().await;
    let delivered = producer.send(record(None)).await.unwrap();
    assert_eq!((delivered.partition, delivered.offset), (0, 0));
    let delivery = receive(&consumer).await;
    consumer.process(&delivery, async { Ok::<_, Broken>(()) }).await.unwrap();
    let (send, process) =
        (span(&recorder, "send orders.placed").await, span(&recorder, "process orders.placed").await);

    assert_eq!((send.span_kind.clone(), process.span_kind.clone()), (SpanKind::Producer, SpanKind::Consumer));
    let traceparent = std::str::from_utf8(delivery.header("traceparent").unwrap()).unwrap();
    let (trace, id) = (send.span_context.trace_id(), send.span_context.span_id());
    assert_eq!(traceparent, format!("00-{trace}-{id}-01"));
    assert_eq!(process.parent_span_id, id);
    assert_eq!(process.links[0].span_context.span_id(), id);
    for (span, operation) in [(&send, "send"), (&process, "process")] {
        assert_eq!(attribute(span, "messaging.system"), text("kafka"));
        assert_eq!(attribute(span, "messaging.operation.name"), text(operation));
        assert_eq!(attribute(span, "messaging.operation.type"), text(operation));
        assert_eq!(attribute(span, "messaging.destination.name"), text(TOPIC));
        assert_eq!(attribute(span, "messaging.destination.partition.id"), text("0"));
        assert_eq!(attribute(span, "messaging.kafka.offset"), Some(0.into()));
        assert_eq!(span.status, Status::Unset);
    }
    assert_eq!(attribute(&process, "messaging.consumer.group.name"), text("workers"));
}

#[tokio::test]
async fn a_delivery_shows_the_whole_record() {
    let Bench { producer, consumer, broker: _broker, .. } = bench().await;
    producer.send(record(None)).await.unwrap();
    let delivery = receive(&consumer).await;
    assert_eq!((delivery.topic(), delivery.partition(), delivery.offset()), (TOPIC, 0, 0));
    assert_eq!((delivery.key(), delivery.payload()), (Some(&b"k1"[..]), &b"hello"[..]));
    assert_eq!(delivery.header("event-id"), Some(&b"e1"[..]));
    let names: Vec<_> = delivery.headers().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["event-id", "traceparent"]);
}

#[tokio::test]
async fn a_stored_context_is_the_parent_of_a_record_that_is_sent_later() {
    let Bench { producer, telemetry, recorder, broker: _broker, .. } = bench().await;
    let stored = telemetry.batch("request", &[], async { telemetry.capture() }).await;
    telemetry.batch("relay", &[], async { producer.send(record(Some(&stored))).await.unwrap() }).await;
    let (request, send) = (span(&recorder, "request").await, span(&recorder, "send orders.placed").await);
    assert_eq!(send.parent_span_id, request.span_context.span_id());
    assert_eq!(send.span_context.trace_id(), request.span_context.trace_id());
}

#[tokio::test]
async fn a_forwarded_record_has_the_headers_of_one_trace() {
    let Bench { producer, consumer, broker: _broker, .. } = bench().await;
    producer.send(record(None)).await.unwrap();
    let first = receive(&consumer).await;
    let headers = first.headers();
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    producer.send(Record { headers, ..record(None) }).await.unwrap();
    let second = receive(&consumer).await;
    let names: Vec<_> = second.headers().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["event-id", "traceparent"]);
    assert_ne!(second.header("traceparent"), first.header("traceparent"));
}

#[tokio::test]
async fn with_links_alone_the_work_is_a_trace_of_its_own() {
    let Bench { producer, consumer, recorder, broker: _broker, .. } = bench().await;
    producer.send(record(None)).await.unwrap();
    let consumer = consumer.with_trace(MessagingTrace::Link);
    let delivery = receive(&consumer).await;
    consumer.process(&delivery, async { Ok::<_, Broken>(()) }).await.unwrap();
    let (send, process) =
        (span(&recorder, "send orders.placed").await, span(&recorder, "process orders.placed").await);
    assert_ne!(process.span_context.trace_id(), send.span_context.trace_id());
    assert_eq!(process.links[0].span_context.span_id(), send.span_context.span_id());
}

#[tokio::test]
async fn a_handlers_error_turns_span_and_duration_red() {
    let Bench { producer, consumer, recorder, broker: _broker, .. } = bench().await;
    producer.send(record(None)).await.unwrap();
    let delivery = receive(&consumer).await;
    consumer.process(&delivery, async { Err::<(), _>(Broken) }).await.unwrap_err();
    let span = span(&recorder, "process orders.placed").await;
    assert_eq!(attribute(&span, "error.type"), text("stock_unreachable"));
    assert_eq!(span.status, Status::error("the stock is unreachable"));
    let series = durations(&recorder, "messaging.process.duration");
    assert_eq!(series[0].label("error.type"), text("stock_unreachable"));
    assert_eq!(series[0].bounds.len(), 14);
    for series in durations(&recorder, "messaging.client.operation.duration") {
        assert_eq!(series.label("error.type"), None, "neither sending nor receiving failed");
    }
}

#[tokio::test]
async fn a_record_that_no_broker_takes_is_an_error_of_the_send() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let producer = ClientConfig::new()
        .set("bootstrap.servers", "127.0.0.1:1")
        .set("message.timeout.ms", "200")
        .create()
        .unwrap();
    telemetry.producer(producer).send(record(None)).await.unwrap_err();
    let span = span(&recorder, "send orders.placed").await;
    assert_eq!(attribute(&span, "error.type"), text("MESSAGE_TIMED_OUT"));
    assert!(matches!(span.status, Status::Error { .. }));
}

#[tokio::test]
async fn a_send_that_the_broker_puts_off_is_one_span_and_one_message() {
    let Bench { producer, recorder, broker, .. } = bench().await;
    let later = RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS;
    broker.cluster().unwrap().request_errors(RDKafkaApiKey::Produce, &[later, later]);
    producer.send(record(None)).await.unwrap();
    assert_eq!(span(&recorder, "send orders.placed").await.status, Status::Unset);
    assert_eq!(recorder.spans().len(), 1);
    assert_eq!(points(&recorder, "messaging.client.sent.messages")[0].value, 1);
}
