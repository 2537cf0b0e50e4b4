//! What is in Kafka.

use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    message::OwnedMessage,
};

use crate::system::TOPIC;

/// The oldest record of `orders.placed`, read by a group that nobody else is in.
pub async fn first_record(broker: &str) -> OwnedMessage {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", broker)
        .set("group.id", "test")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "10")
        .create()
        .unwrap();
    consumer.subscribe(&[TOPIC]).unwrap();
    consumer.recv().await.unwrap().detach()
}
