//! The stand-in for Kafka: librdkafka's mock cluster, in this process.
//!
//! It speaks Kafka's protocol on a real loopback port, so other processes can use it. It has no
//! transactions, forgets everything when it ends, and answers a fetch only after the time that the
//! client said it would wait: clients should say 10 ms (`fetch.wait.max.ms`).

use rdkafka::{
    ClientConfig,
    config::RDKafkaLogLevel,
    error::KafkaError,
    mocking::MockCluster,
    producer::{BaseProducer, DefaultProducerContext, Producer},
};

use crate::ServerError;

/// How long a new consumer group waits for more members. Like a real broker, the mock says 3 s, longer
/// than anybody wants to wait for the first order. Without any wait the first member is answered before
/// its own look at the topics has come back; when that look makes it join once more, the mock lets it
/// wait until its session ends (45 s), where a real broker begins anew.
const REBALANCE_DELAY_MS: i32 = 250;

/// A broker of Kafka's protocol that lives as long as this value.
pub struct MockBroker {
    /// The mock cluster belongs to the client that was configured with it.
    owner: BaseProducer,
    address: String,
}

impl MockBroker {
    /// Starts a broker with these topics, each with its number of partitions. Every other topic is
    /// made by its first use, with four partitions. A partition costs about 5 MB.
    ///
    /// # Errors
    /// When librdkafka can't start it.
    pub fn start(topics: &[(&str, i32)]) -> Result<Self, ServerError> {
        let owner: BaseProducer = ClientConfig::new()
            .set("test.mock.num.brokers", "1")
            .set_log_level(RDKafkaLogLevel::Error)
            .create()?;
        start_groups_soon(&owner);
        let address = cluster(&owner)?.bootstrap_servers();
        let broker = Self { owner, address };
        for (topic, partitions) in topics {
            broker.create_topic(topic, *partitions)?;
        }
        Ok(broker)
    }

    /// `host:port`. The port is chosen by the system: the mock can't be given one.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Makes a topic. The mock does not understand the protocol's own request for this.
    ///
    /// # Errors
    /// When the topic exists.
    pub fn create_topic(&self, topic: &str, partitions: i32) -> Result<(), ServerError> {
        Ok(cluster(&self.owner)?.create_topic(topic, partitions, 1)?)
    }

    /// librdkafka's own handle, to inject its errors in tests.
    ///
    /// # Errors
    /// Never, as long as this value lives.
    pub fn cluster(&self) -> Result<MockCluster<'_, DefaultProducerContext>, ServerError> {
        cluster(&self.owner)
    }
}

impl std::fmt::Debug for MockBroker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MockBroker").field("address", &self.address).finish_non_exhaustive()
    }
}

fn cluster(owner: &BaseProducer) -> Result<MockCluster<'_, DefaultProducerContext>, ServerError> {
    let none = KafkaError::MockCluster(rdkafka::types::RDKafkaErrorCode::Fail);
    owner.client().mock_cluster().ok_or(ServerError::Broker(none))
}

/// rdkafka has no function for it, librdkafka has.
#[allow(unsafe_code, reason = "rdkafka does not wrap this function of librdkafka")]
fn start_groups_soon(owner: &BaseProducer) {
    // SAFETY: the client is alive, so its pointer and the cluster that it owns are valid. The
    // function takes the cluster's lock and stores a number.
    unsafe {
        let cluster = rdkafka_sys::rd_kafka_handle_mock_cluster(owner.client().native_ptr());
        if !cluster.is_null() {
            rdkafka_sys::rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, REBALANCE_DELAY_MS);
        }
    }
}
