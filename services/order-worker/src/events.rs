//! What is published: messages that could not be handled, as they came, with the reason beside them.

use chassis::{StartError, kafka};
use telemetry::{DeadLetterCount, Delivery, ErrorType, Producer, Record, SendError, Telemetry};

use crate::error::Error;

pub const ORDERS_PLACED: &str = "orders.placed";
const DEAD_LETTERS: &str = "orders.placed.dead-letter";

/// Stays the same when an event is sent again.
pub const EVENT_ID: &str = "event-id";

#[derive(Clone)]
pub struct DeadLetters {
    producer: Producer,
    count: DeadLetterCount,
}

impl DeadLetters {
    pub fn new(brokers: &str, telemetry: &Telemetry) -> Result<Self, StartError> {
        Ok(Self { producer: kafka::producer(brokers, telemetry)?, count: telemetry.dead_letters() })
    }

    /// Key, payload and headers stay, so that a replay is a plain copy back; where the message was and
    /// why it is here come in headers of their own.
    pub async fn publish(&self, delivery: &Delivery, error: &Error) -> Result<(), SendError> {
        let kept = delivery.headers();
        let mut headers: Vec<(&str, Vec<u8>)> =
            kept.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        headers.push(("dead-letter-reason", error.error_type().as_bytes().to_vec()));
        headers.push(("dead-letter-topic", delivery.topic().as_bytes().to_vec()));
        headers.push(("dead-letter-partition", delivery.partition().to_string().into_bytes()));
        headers.push(("dead-letter-offset", delivery.offset().to_string().into_bytes()));
        let record = Record {
            topic: DEAD_LETTERS,
            key: delivery.key().unwrap_or_default(),
            payload: delivery.payload(),
            headers,
            parent: None,
        };
        self.producer.send(record).await?;
        self.count.add(delivery.topic(), error);
        Ok(())
    }
}
