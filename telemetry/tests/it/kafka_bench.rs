//! A producer and a consumer on a broker of their own.

use std::{borrow::Cow, fmt, time::Duration};

use local_servers::{MockBroker, testing::broker};
use rdkafka::{
    ClientConfig,
    consumer::Consumer as _,
    producer::{FutureProducer, FutureRecord},
};
use telemetry::{
    Consumer, Delivery, ErrorType, Producer, Record, Telemetry, TraceContext, testing::Recorder,
};
use tokio::time::timeout;

use crate::recorded::PATIENCE;

pub const TOPIC: &str = "orders.placed";

/// Clients go before their broker: to leave the group of one that is gone takes a session's timeout.
pub struct Bench {
    pub producer: Producer,
    pub consumer: Consumer,
    pub telemetry: Telemetry,
    pub recorder: Recorder,
    pub broker: MockBroker,
}

pub async fn bench() -> Bench {
    bench_with(&[(TOPIC, 1)], &[]).await
}

/// With these topics, and these settings of the consumer.
pub async fn bench_with(topics: &[(&str, i32)], settings: &[(&str, &str)]) -> Bench {
    let broker = broker(topics);
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let producer = telemetry.producer(raw_producer(&broker));
    let consumer = member(&telemetry, &broker, settings);
    let names: Vec<_> = topics.iter().map(|(name, _)| *name).collect();
    consumer.inner().subscribe(&names).unwrap();
    Bench { producer, consumer, telemetry, recorder, broker }
}

pub fn raw_producer(broker: &MockBroker) -> FutureProducer {
    config(broker, &[("message.timeout.ms", "5000")]).create().unwrap()
}

/// A member of the group, without a subscription.
pub fn member(telemetry: &Telemetry, broker: &MockBroker, settings: &[(&str, &str)]) -> Consumer {
    let mut config = config(
        broker,
        &[
            ("group.id", "workers"),
            ("auto.offset.reset", "earliest"),
            ("enable.auto.commit", "false"),
            ("fetch.wait.max.ms", "10"),
        ],
    );
    for (key, value) in settings {
        config.set(*key, *value);
    }
    telemetry.consumer(&config).unwrap()
}

fn config(broker: &MockBroker, settings: &[(&str, &str)]) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", broker.address());
    for (key, value) in settings {
        config.set(*key, *value);
    }
    config
}

pub fn record<'a>(parent: Option<&'a TraceContext>) -> Record<'a> {
    let headers = vec![("event-id", b"e1".to_vec())];
    Record { topic: TOPIC, key: b"k1", payload: b"hello", headers, parent }
}

impl Bench {
    /// One record more in this partition, sent by somebody without telemetry.
    pub async fn put(&self, topic: &str, partition: i32, payload: Option<&str>) {
        let mut record = FutureRecord::to(topic).key("k1").partition(partition);
        record.payload = payload;
        self.producer.inner().send(record, Duration::ZERO).await.unwrap();
    }
}

pub async fn receive(consumer: &Consumer) -> Delivery {
    timeout(PATIENCE, consumer.recv()).await.unwrap().unwrap()
}

#[derive(Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the stock is unreachable")
    }
}

impl ErrorType for Broken {
    fn error_type(&self) -> Cow<'static, str> {
        "stock_unreachable".into()
    }
}
