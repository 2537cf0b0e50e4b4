//! Kafka clients, set up so that nothing is lost and nothing is sent twice by the client itself.

use std::time::Duration;

use rdkafka::{
    ClientConfig, ClientContext, TopicPartitionList,
    client::Client,
    config::RDKafkaLogLevel,
    consumer::Consumer as _,
    error::KafkaResult,
    producer::{FutureProducer, Producer as _},
};
use telemetry::{Consumer, Delivery, Producer, Telemetry};

use crate::Probe;

const PROBE_TIMEOUT: Duration = Duration::from_millis(800);

/// Where and as whom a consumer reads.
#[derive(Debug, Clone)]
pub struct ConsumerSettings<'a> {
    /// `host:port`, comma-separated.
    pub brokers: &'a str,
    /// What it reads.
    pub topics: &'a [&'a str],
    /// The consumer group.
    pub group: &'a str,
    /// Static membership: unique for each replica, or unset for dynamic membership.
    pub instance: Option<&'a str>,
    /// How long the group waits for a member that is silent, in milliseconds: when one dies, its partitions
    /// rest for so long before others get them. At a stop a member leaves at once.
    pub session_timeout_ms: u32,
    /// How long the broker may hold a fetch while it has nothing, in milliseconds.
    pub fetch_wait_max_ms: u32,
}

/// An idempotent producer: the broker drops what a retry sends twice and keeps the order of a key.
///
/// # Errors
/// When librdkafka refuses the settings.
pub fn producer(brokers: &str, telemetry: &Telemetry) -> KafkaResult<Producer> {
    let producer: FutureProducer = client(brokers)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        // After this the outbox takes over: the row stays unsent and is tried again.
        .set("message.timeout.ms", "10000")
        // The relay sends a batch at once; waiting for more would only add latency.
        .set("linger.ms", "0")
        .create()?;
    Ok(telemetry.producer(producer))
}

/// A consumer that joins its group as soon as the broker can be reached. It commits nothing by itself:
/// an offset is committed when its message is done.
///
/// # Errors
/// When librdkafka refuses the settings.
pub fn consumer(settings: &ConsumerSettings<'_>, telemetry: &Telemetry) -> KafkaResult<Consumer> {
    let mut config = client(settings.brokers);
    config
        .set("group.id", settings.group)
        .set("enable.auto.commit", "false")
        // A new group begins with the oldest order, not with the next one.
        .set("auto.offset.reset", "earliest")
        // Replicas that come and go take over partitions one by one instead of stopping all.
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set("session.timeout.ms", settings.session_timeout_ms.to_string())
        .set("fetch.wait.max.ms", settings.fetch_wait_max_ms.to_string());
    if let Some(instance) = settings.instance {
        config.set("group.instance.id", instance);
    }
    let consumer = telemetry.consumer(&config)?;
    consumer.inner().subscribe(settings.topics)?;
    Ok(consumer)
}

/// Receives nothing more from the partition of this record until it is [`resume`]d; what was fetched from
/// it already comes again then. Others go on. It holds until the partition is taken away.
///
/// # Errors
/// When librdkafka does not know the partition.
pub fn pause(consumer: &Consumer, delivery: &Delivery) -> KafkaResult<()> {
    consumer.inner().pause(&partition(delivery))
}

/// Ends what [`pause`] began.
///
/// # Errors
/// When librdkafka does not know the partition.
pub fn resume(consumer: &Consumer, delivery: &Delivery) -> KafkaResult<()> {
    consumer.inner().resume(&partition(delivery))
}

fn partition(delivery: &Delivery) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    list.add_partition(delivery.topic(), delivery.partition());
    list
}

fn client(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers).set_log_level(RDKafkaLogLevel::Warning);
    config
}

/// The probe for a consumer's readiness: the broker tells its metadata.
pub fn consumer_probe(consumer: &Consumer) -> impl Fn() -> Probe + use<> {
    let consumer = consumer.clone();
    move || {
        let consumer = consumer.clone();
        Box::pin(blocking(move || metadata(consumer.inner().client())))
    }
}

/// The probe for a producer's readiness: the broker tells its metadata.
pub fn producer_probe(producer: &Producer) -> impl Fn() -> Probe + use<> {
    let producer = producer.clone();
    move || {
        let producer = producer.clone();
        Box::pin(blocking(move || metadata(producer.inner().client())))
    }
}

fn metadata<C: ClientContext>(client: &Client<C>) -> Result<(), String> {
    client.fetch_metadata(None, PROBE_TIMEOUT).map(drop).map_err(|error| error.to_string())
}

async fn blocking(call: impl FnOnce() -> Result<(), String> + Send + 'static) -> Result<(), String> {
    telemetry::spawn_blocking(call).await.unwrap_or_else(|error| Err(error.to_string()))
}
