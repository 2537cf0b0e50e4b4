//! What travels over Kafka: events that are consumed, and dead letters, the messages that could not be
//! handled, published as they came with the reason beside them.

use chassis::{StartError, kafka};
use prost::Message;
use proto::events::v1::MyThingRequested;
use telemetry::{DeadLetterCount, Delivery, ErrorType, Producer, Record, SendError, Telemetry};
use uuid::Uuid;

use crate::{
    error::Error,
    my_things::{MyThingId, Name, NewMyThing},
};

pub const TOPIC: &str = "my-things.requested";
const DEAD_LETTERS: &str = "my-things.requested.dead-letter";

/// Stays the same when an event is sent again. It becomes the id of what is made from it, so that an event
/// that comes twice is handled once.
const EVENT_ID: &str = "event-id";

pub fn parse(delivery: &Delivery) -> Result<NewMyThing, Error> {
    let id = delivery.header(EVENT_ID).ok_or(Error::invalid(EVENT_ID, "is missing"))?;
    let id = Uuid::try_parse_ascii(id).map_err(|_| Error::invalid(EVENT_ID, "must be a UUID"))?;
    let event = MyThingRequested::decode(delivery.payload())
        .map_err(|_| Error::invalid("payload", "must be the message MyThingRequested"))?;
    Ok(NewMyThing { id: MyThingId(id), name: Name::parse(&event.name)? })
}

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
