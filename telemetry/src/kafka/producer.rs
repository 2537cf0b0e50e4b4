//! Sending to Kafka: one `PRODUCER` span for each record, its context in the record's headers.

use std::time::Duration as StdDuration;

use opentelemetry::{
    Context, KeyValue,
    metrics::Counter,
    trace::{SpanBuilder, SpanKind},
};
use rdkafka::{
    error::KafkaError,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};

use crate::{
    ErrorType, Telemetry, TraceContext,
    hop::{Duration, Edge, End, Hop},
    kafka::{error::error_type, headers::HeaderInjector, records::key_attribute},
    names,
    propagation::{self, Propagator},
};

pub(super) const DURATION: Duration = Duration {
    name: names::MESSAGING_CLIENT_OPERATION_DURATION,
    description: "Duration of messaging operation initiated by a producer or consumer client.",
    buckets: &names::CALL_BUCKETS,
};

impl Telemetry {
    /// Traces what `producer` sends. Span `send {topic}`, to the delivery report; metrics
    /// `messaging.client.operation.duration` (s) and `messaging.client.sent.messages`.
    pub fn producer(&self, producer: FutureProducer) -> Producer {
        let edge = Edge::new(&self.inner, names::SCOPE_KAFKA_PRODUCER, &DURATION);
        let sent = edge
            .meter()
            .u64_counter(names::MESSAGING_CLIENT_SENT_MESSAGES)
            .with_unit("{message}")
            .with_description("Number of messages producer attempted to send to the broker.")
            .build();
        Producer { producer, edge, sent, propagator: self.inner.propagator.clone(), keys: false }
    }
}

/// A traced producer; cheap to clone.
#[derive(Clone)]
pub struct Producer {
    producer: FutureProducer,
    edge: Edge,
    sent: Counter<u64>,
    propagator: Propagator,
    keys: bool,
}

/// What to send.
#[derive(Debug, Clone)]
pub struct Record<'a> {
    /// Where to.
    pub topic: &'a str,
    /// Decides the partition: records with one key keep their order.
    pub key: &'a [u8],
    /// The message itself.
    pub payload: &'a [u8],
    /// The application's own headers; those of the trace are added.
    pub headers: Vec<(&'a str, Vec<u8>)>,
    /// `None`: the record belongs to what runs now. `Some`: to the request that stored this context.
    pub parent: Option<&'a TraceContext>,
}

/// Where a record is, according to the broker's delivery report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// The partition.
    pub partition: i32,
    /// The offset in it.
    pub offset: i64,
}

/// A record that the broker did not confirm. It may have arrived all the same: only an idempotent
/// consumer makes sending again safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the record was not confirmed by {topic}: {source}. It can be sent again")]
pub struct SendError {
    topic: String,
    source: KafkaError,
}

impl ErrorType for SendError {
    fn error_type(&self) -> std::borrow::Cow<'static, str> {
        error_type(&self.source)
    }
}

impl Producer {
    /// Lets spans tell the key of their record, `messaging.kafka.message.key`, where it is text. Off by
    /// default: a key is data of the application, and may say who somebody is.
    #[must_use]
    pub fn with_message_keys(self) -> Self {
        Self { keys: true, ..self }
    }

    /// Sends one record and waits for the broker's report, as long as the producer's
    /// `message.timeout.ms` lets it.
    ///
    /// # Errors
    /// When the broker did not confirm in that time, refused, or the producer's queue is full.
    pub async fn send(&self, record: Record<'_>) -> Result<Delivered, SendError> {
        let labels = self.labels(record.topic);
        let mut hop = self.start(&record, &labels);
        let mut headers = HeaderInjector(self.own_headers(&record));
        self.propagator.inject_context(&hop.context(), &mut headers);
        let message =
            FutureRecord::to(record.topic).key(record.key).payload(record.payload).headers(headers.0);
        // Zero: a full queue is the caller's to handle, not to wait for.
        let result = self.producer.send(message, StdDuration::ZERO).await;
        self.finish(&mut hop, labels, result.map_err(|(error, _)| error), record.topic)
    }

    /// The producer itself, for metadata and flush.
    pub fn inner(&self) -> &FutureProducer {
        &self.producer
    }

    /// The application's headers. A forwarded record may still have those of its old trace: two
    /// `traceparent` are one too many.
    fn own_headers(&self, record: &Record<'_>) -> OwnedHeaders {
        let of_trace: Vec<&str> = self.propagator.fields().collect();
        let own = record.headers.iter().filter(|(key, _)| !of_trace.contains(key));
        own.fold(OwnedHeaders::new(), |headers, (key, value)| {
            headers.insert(Header { key, value: Some(value) })
        })
    }

    fn labels(&self, topic: &str) -> Vec<KeyValue> {
        vec![
            KeyValue::new(names::MESSAGING_SYSTEM, "kafka"),
            KeyValue::new(names::MESSAGING_OPERATION_NAME, "send"),
            KeyValue::new(names::MESSAGING_OPERATION_TYPE, "send"),
            KeyValue::new(names::MESSAGING_DESTINATION_NAME, topic.to_owned()),
        ]
    }

    fn start(&self, record: &Record<'_>, labels: &[KeyValue]) -> Hop {
        let current = Context::current();
        let parent = match record.parent {
            Some(stored) => propagation::extract(&self.propagator, stored),
            None => current,
        };
        let mut attributes = labels.to_vec();
        attributes.extend(Some(record.key).filter(|_| self.keys).and_then(key_attribute));
        let builder = SpanBuilder::from_name(format!("send {}", record.topic))
            .with_kind(SpanKind::Producer)
            .with_attributes(attributes);
        self.edge.start(&parent, builder, labels.to_vec())
    }

    fn finish(
        &self,
        hop: &mut Hop,
        mut labels: Vec<KeyValue>,
        result: Result<rdkafka::producer::future_producer::Delivery, KafkaError>,
        topic: &str,
    ) -> Result<Delivered, SendError> {
        let mut end = End::default();
        match &result {
            Ok(delivery) => {
                end.attributes.push(KeyValue::new(names::MESSAGING_KAFKA_OFFSET, delivery.offset));
                let partition = delivery.partition.to_string();
                end = end.with_label(names::MESSAGING_DESTINATION_PARTITION_ID, partition);
            }
            Err(error) => {
                end = end.with_error(error_type(error), error.to_string());
                labels.push(KeyValue::new(names::ERROR_TYPE, error_type(error)));
            }
        }
        hop.finish(end);
        // The convention's counter does not have it: whatever it counts was sent.
        labels.retain(|label| label.key.as_str() != names::MESSAGING_OPERATION_TYPE);
        self.sent.add(1, &labels);
        match result {
            Ok(delivery) => Ok(Delivered { partition: delivery.partition, offset: delivery.offset }),
            Err(source) => Err(SendError { topic: topic.to_owned(), source }),
        }
    }
}
