//! Working on what came from Kafka: one `CONSUMER` span for each record.

use std::{fmt::Display, future::Future, str::FromStr, sync::Arc};

use opentelemetry::{
    Context, KeyValue,
    context::FutureExt,
    metrics::Counter,
    trace::{SpanBuilder, SpanKind},
};
use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::KafkaError,
};

use crate::{
    ErrorType, Telemetry,
    handle::link_to,
    hop::{Duration, Edge, End, Hop},
    kafka::{delivery::Delivery, headers::HeaderExtractor},
    names,
    propagation::{self, Propagator},
};

const DURATION: Duration = Duration {
    name: names::MESSAGING_PROCESS_DURATION,
    description: "Duration of processing operation.",
    buckets: &names::CALL_BUCKETS,
};

impl Telemetry {
    /// Traces the work on what `consumer` reads as a member of `group`. Span `process {topic}`;
    /// metrics `messaging.process.duration` (s) and `messaging.client.consumed.messages`.
    pub fn consumer(&self, consumer: StreamConsumer, group: &str) -> Consumer {
        let edge = Edge::new(&self.inner, names::SCOPE_KAFKA_CONSUMER, &DURATION);
        let consumed = edge
            .meter()
            .u64_counter(names::MESSAGING_CLIENT_CONSUMED_MESSAGES)
            .with_unit("{message}")
            .with_description("Number of messages that were delivered to the application.")
            .build();
        Consumer {
            consumer: Arc::new(consumer),
            group: group.into(),
            trace: MessagingTrace::default(),
            edge,
            consumed,
            propagator: self.inner.propagator.clone(),
        }
    }
}

/// How the work on a message belongs to the trace that sent it. A link is set either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessagingTrace {
    /// One trace: the sender's span is the parent.
    #[default]
    Parent,
    /// A trace of its own, only linked; the convention's default, made for batches.
    Link,
}

impl FromStr for MessagingTrace {
    type Err = ParseMessagingTraceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "parent" => Ok(Self::Parent),
            "link" => Ok(Self::Link),
            _ => Err(ParseMessagingTraceError(text.to_owned())),
        }
    }
}

/// A text that is no [`MessagingTrace`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way to trace messages: say `parent` or `link`")]
pub struct ParseMessagingTraceError(String);

/// A traced member of a consumer group; cheap to clone, a clone is the same member.
#[derive(Clone)]
pub struct Consumer {
    consumer: Arc<StreamConsumer>,
    group: Arc<str>,
    trace: MessagingTrace,
    edge: Edge,
    consumed: Counter<u64>,
    propagator: Propagator,
}

impl Consumer {
    /// Chooses between one trace and two; [`MessagingTrace::Parent`] by default.
    #[must_use]
    pub fn with_trace(self, trace: MessagingTrace) -> Self {
        Self { trace, ..self }
    }

    /// Waits for the next record. Safe to drop while it waits.
    ///
    /// # Errors
    /// What librdkafka reports: most of it passes by itself, so wait a moment and call again.
    pub async fn recv(&self) -> Result<Delivery, KafkaError> {
        Ok(Delivery::new(self.consumer.recv().await?.detach()))
    }

    /// Works on one record inside its span; what `handler` does belongs to it.
    ///
    /// # Errors
    /// Those of `handler`, which turn the span red with their [`ErrorType`] and text.
    pub async fn process<T, E>(
        &self,
        delivery: &Delivery,
        handler: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E>
    where
        E: Display + ErrorType,
    {
        let mut hop = self.start(delivery);
        let result = handler.with_context(hop.context()).await;
        hop.finish(match &result {
            Ok(_) => End::default(),
            Err(error) => End::default().with_error(error.error_type(), error.to_string()),
        });
        result
    }

    /// Says that everything up to and with this record is done. The commit itself happens in the
    /// background; lost with a crash, its records come again.
    ///
    /// # Errors
    /// When the consumer has no such partition any more.
    pub fn commit(&self, delivery: &Delivery) -> Result<(), KafkaError> {
        let mut next = TopicPartitionList::new();
        next.add_partition_offset(
            delivery.topic(),
            delivery.partition(),
            Offset::Offset(delivery.offset() + 1),
        )?;
        self.consumer.commit(&next, CommitMode::Async)
    }

    /// The consumer itself, to subscribe, seek and ask for metadata.
    pub fn inner(&self) -> &StreamConsumer {
        &self.consumer
    }

    fn start(&self, delivery: &Delivery) -> Hop {
        let sender = propagation::extract(&self.propagator, &HeaderExtractor(delivery.raw_headers()));
        let link = link_to(&sender);
        let parent = match self.trace {
            MessagingTrace::Parent => sender,
            MessagingTrace::Link => Context::new(),
        };
        let labels = self.labels(delivery);
        let mut attributes = labels.clone();
        attributes.push(KeyValue::new(names::MESSAGING_OPERATION_TYPE, "process"));
        attributes.push(KeyValue::new(names::MESSAGING_KAFKA_OFFSET, delivery.offset()));
        if delivery.is_tombstone() {
            attributes.push(KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_TOMBSTONE, true));
        }
        let builder = SpanBuilder::from_name(format!("process {}", delivery.topic()))
            .with_kind(SpanKind::Consumer)
            .with_links(link.into_iter().collect())
            .with_attributes(attributes);
        self.consumed.add(1, &labels);
        self.edge.start(&parent, builder, labels)
    }

    fn labels(&self, delivery: &Delivery) -> Vec<KeyValue> {
        vec![
            KeyValue::new(names::MESSAGING_SYSTEM, "kafka"),
            KeyValue::new(names::MESSAGING_OPERATION_NAME, "process"),
            KeyValue::new(names::MESSAGING_DESTINATION_NAME, delivery.topic().to_owned()),
            KeyValue::new(names::MESSAGING_CONSUMER_GROUP_NAME, self.group.to_string()),
            KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, delivery.partition().to_string()),
        ]
    }
}
