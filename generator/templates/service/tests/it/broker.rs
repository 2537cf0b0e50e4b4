//! Kafka as a test sees it: it sends requests and reads dead letters.

use std::time::Duration;

use local_servers::{MockBroker, testing};
use prost::Message as _;
use proto::events::v1::MyThingRequested;
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    message::{Header, Headers, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};
use tokio::time::timeout;
use uuid::Uuid;

pub const TOPIC: &str = "my-things.requested";
pub const DEAD_LETTERS: &str = "my-things.requested.dead-letter";
/// When a test gives up: what it waits for takes seconds at most.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Broker {
    broker: MockBroker,
    producer: FutureProducer,
}

impl Broker {
    pub fn start() -> Self {
        let broker = testing::broker(&[(TOPIC, 3), (DEAD_LETTERS, 1)]);
        let producer = ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
        Self { broker, producer }
    }

    pub fn address(&self) -> &str {
        self.broker.address()
    }

    /// A request as another service sends it.
    pub async fn request(&self, event_id: Uuid, name: &str, headers: &[(&str, &str)]) {
        let payload = MyThingRequested { name: name.to_owned() }.encode_to_vec();
        let event_id = event_id.to_string();
        let mut all = vec![("event-id", event_id.as_str())];
        all.extend(headers);
        self.send(&payload, &all).await;
    }

    pub async fn send(&self, payload: &[u8], headers: &[(&str, &str)]) {
        let add = |headers: OwnedHeaders, &(key, value): &(&str, &str)| {
            headers.insert(Header { key, value: Some(value) })
        };
        let headers = headers.iter().fold(OwnedHeaders::new(), add);
        let record = FutureRecord::to(TOPIC).key("key").payload(payload).headers(headers);
        self.producer.send(record, None).await.unwrap();
    }

    pub async fn next_dead_letter(&self) -> OwnedMessage {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.broker.address())
            .set("group.id", "test")
            .set("auto.offset.reset", "earliest")
            .set("fetch.wait.max.ms", "10")
            .create()
            .unwrap();
        consumer.subscribe(&[DEAD_LETTERS]).unwrap();
        let received = timeout(PATIENCE, consumer.recv()).await.expect("there is no dead letter");
        received.unwrap().detach()
    }
}

pub fn header(message: &OwnedMessage, name: &str) -> String {
    let header = message.headers().unwrap().iter().find(|header| header.key == name).unwrap();
    String::from_utf8(header.value.unwrap().to_vec()).unwrap()
}
