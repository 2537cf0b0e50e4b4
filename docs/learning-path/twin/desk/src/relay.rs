//! From the outbox to Kafka. An event leaves the outbox when the broker has confirmed it, so it is sent
//! at least once. One desk runs; several would have to lease the rows.

use std::{sync::Arc, time::Duration};

use rdkafka::{
    ClientConfig,
    error::KafkaError,
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use tokio::sync::Notify;

use crate::store::{Event, Store};

const TOPIC: &str = "holds.placed";
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub struct Relay {
    pub producer: FutureProducer,
    pub store: Store,
    pub bell: Arc<Notify>,
}

/// One that does not send twice by itself, and that gives up before long: the outbox is patient.
pub fn producer(brokers: &str) -> Result<FutureProducer, KafkaError> {
    ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("enable.idempotence", "true")
        .set("message.timeout.ms", "10000")
        .set("linger.ms", "0")
        .create()
}

impl Relay {
    pub async fn run(self) {
        loop {
            if let Err(error) = self.publish_waiting().await {
                eprintln!("the outbox was not published, trying again: {error}");
            }
            tokio::select! {
                () = self.bell.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    async fn publish_waiting(&self) -> anyhow::Result<()> {
        for Event { id, payload } in self.store.waiting().await? {
            let key = id.to_string();
            let headers = OwnedHeaders::new().insert(Header { key: "event-id", value: Some(&key) });
            let record = FutureRecord::to(TOPIC).key(&key).payload(&payload).headers(headers);
            self.producer.send(record, Duration::ZERO).await.map_err(|(error, _)| error)?;
            self.store.sent(id).await?;
        }
        Ok(())
    }
}
