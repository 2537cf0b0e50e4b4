//! A traced member of a consumer group. What it does is in files of its own: [`super::receive`],
//! [`super::process`], [`super::commit`], [`super::leave`].

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use opentelemetry::{Context, metrics::Counter};
use rdkafka::{ClientConfig, consumer::StreamConsumer, error::KafkaError};

use crate::{
    Telemetry,
    hop::{Duration, Edge},
    kafka::{
        assignment::Assignment, callbacks::ConsumerCallbacks, commits::Commits, delivery::Delivery, lag,
        messaging_trace::MessagingTrace, producer, records::Member,
    },
    names,
    propagation::Propagator,
    unrecorded,
};

const PROCESS: Duration = Duration {
    name: names::MESSAGING_PROCESS_DURATION,
    description: "Duration of processing operation.",
    buckets: &names::CALL_BUCKETS,
};

/// Milliseconds. Each time librdkafka writes down all that it knows, some kilobytes of JSON.
const STATISTICS_INTERVAL: &str = "5000";

impl Telemetry {
    /// A consumer as `config` says, traced. It has not subscribed to anything yet:
    /// [`inner`](Consumer::inner) does.
    ///
    /// | span | begins | ends |
    /// |---|---|---|
    /// | CLIENT `poll {topic}`, a trace of its own | with the first record that is there | when they are handed over |
    /// | CONSUMER `process {topic}` | with the handler | with the handler |
    /// | CLIENT `commit {topic}` | when it is asked for | when the broker has answered |
    ///
    /// Metrics: `messaging.process.duration` (s), `messaging.client.operation.duration` (s) of `poll` and
    /// `commit`, `messaging.client.consumed.messages` ({message}), counted when they are received, and the
    /// gauge `throughline.kafka.consumer.lag` ({message}): how many records of each partition assigned to
    /// this member are not committed. The lag comes from librdkafka's statistics, every
    /// `statistics.interval.ms` (5,000 unless `config` sets it; 0 turns the lag off) while somebody
    /// receives; where the group has not committed anything yet it is not known, and not told.
    ///
    /// # Errors
    /// When librdkafka refuses `config`.
    pub fn consumer(&self, config: &ClientConfig) -> Result<Consumer, KafkaError> {
        let mut config = config.clone();
        if config.get("statistics.interval.ms").is_none() {
            config.set("statistics.interval.ms", STATISTICS_INTERVAL);
        }
        let processing = Edge::new(&self.inner, names::SCOPE_KAFKA_CONSUMER, &PROCESS);
        let operations = Edge::new(&self.inner, names::SCOPE_KAFKA_CONSUMER, &producer::DURATION);
        let consumed = operations
            .meter()
            .u64_counter(names::MESSAGING_CLIENT_CONSUMED_MESSAGES)
            .with_unit("{message}")
            .with_description("Number of messages that were delivered to the application.")
            .build();
        let member = Member { group: config.get("group.id").map(Arc::from), keys: false };
        let assignment = Arc::new(Assignment::default());
        lag::observe(operations.meter(), &assignment, member.group.as_deref());
        let commits = Commits::default();
        let callbacks = ConsumerCallbacks::new(&commits.queue, &assignment);
        let consumer: Arc<StreamConsumer<_>> = Arc::new(config.create_with_context(callbacks)?);
        commits.start(&consumer)?;
        Ok(Consumer {
            consumer,
            commits: Arc::new(commits),
            assignment,
            gathered: Arc::default(),
            is_static: config.get("group.instance.id").is_some(),
            member,
            trace: MessagingTrace::default(),
            processing,
            operations,
            consumed,
            propagator: self.inner.propagator.clone(),
        })
    }
}

/// A traced member of a consumer group; cheap to clone, a clone is the same member.
#[derive(Clone)]
pub struct Consumer {
    pub(super) consumer: Arc<StreamConsumer<ConsumerCallbacks>>,
    pub(super) commits: Arc<Commits>,
    pub(super) assignment: Arc<Assignment>,
    /// Received for a batch whose taker went away before it was whole.
    pub(super) gathered: Arc<Mutex<VecDeque<Delivery>>>,
    /// It keeps its partitions while it restarts.
    pub(super) is_static: bool,
    pub(super) member: Member,
    pub(super) trace: MessagingTrace,
    pub(super) processing: Edge,
    pub(super) operations: Edge,
    pub(super) consumed: Counter<u64>,
    pub(super) propagator: Propagator,
}

impl Consumer {
    /// Chooses between one trace and two; [`MessagingTrace::Parent`] by default. Batches are always a
    /// trace of their own.
    #[must_use]
    pub fn with_trace(self, trace: MessagingTrace) -> Self {
        Self { trace, ..self }
    }

    /// Lets the spans of single records tell their key, `messaging.kafka.message.key`, where it is text.
    /// Off by default: a key is data of the application, and may say who somebody is.
    #[must_use]
    pub fn with_message_keys(mut self) -> Self {
        self.member.keys = true;
        self
    }

    /// The consumer itself, to subscribe, seek, pause and ask for metadata.
    pub fn inner(&self) -> &StreamConsumer<ConsumerCallbacks> {
        &self.consumer
    }

    /// `parent`, without spans below it where the caller wants none.
    pub(super) fn recorded(&self, parent: Context) -> Context {
        if unrecorded::is_unrecorded(&Context::current()) { unrecorded::mark(&parent) } else { parent }
    }
}
