//! What is published: `orders.placed`, one message for each order.

use chassis::{Probe, StartError, kafka};
use prost::Message;
use proto::events::v1::{OrderPlaced, order_placed::Line};
use telemetry::{Producer, Record, SendError, Telemetry, TraceContext};
use uuid::Uuid;

use crate::{orders::Order, store::OutboxEvent};

/// Spans are named after it: `send orders.placed`.
const ORDERS_PLACED: &str = "orders.placed";

#[derive(Clone)]
pub struct Events {
    producer: Producer,
}

impl Events {
    pub fn new(brokers: &str, telemetry: &Telemetry) -> Result<Self, StartError> {
        Ok(Self { producer: kafka::producer(brokers, telemetry)? })
    }

    pub fn probe(&self) -> impl Fn() -> Probe + use<> {
        kafka::producer_probe(&self.producer)
    }

    /// Returns once the broker has confirmed the message. Its span is a child of the request that placed
    /// the order, however long ago that was.
    pub async fn publish(&self, event: &OutboxEvent, context: &TraceContext) -> Result<(), SendError> {
        let record = Record {
            topic: &event.topic,
            key: event.key.as_bytes(),
            payload: &event.payload,
            headers: vec![
                ("content-type", b"application/x-protobuf".to_vec()),
                ("event-id", event.id.to_string().into_bytes()),
            ],
            parent: Some(context),
        };
        self.producer.send(record).await.map(drop)
    }
}

/// The event of a new order, ready for the outbox.
pub fn order_placed(order: &Order) -> OutboxEvent {
    let lines = order.lines.iter().map(|line| Line { sku: line.sku.clone(), quantity: line.quantity });
    let placed_at = prost_types::Timestamp {
        seconds: order.created_at.unix_timestamp(),
        nanos: order.created_at.nanosecond().cast_signed(),
    };
    let event = OrderPlaced {
        order_id: order.id.to_string(),
        user_id: order.user_id.to_string(),
        lines: lines.collect(),
        placed_at: Some(placed_at),
    };
    OutboxEvent {
        id: Uuid::now_v7(),
        order_id: order.id.0,
        topic: ORDERS_PLACED.to_owned(),
        // All events of an order go to one partition, in order.
        key: order.id.to_string(),
        payload: event.encode_to_vec(),
    }
}
