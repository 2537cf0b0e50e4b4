//! Kafka by rdkafka: sending, receiving, and what both need.

mod producer;
mod consumer;
mod delivery;
mod headers;
mod error;

pub use consumer::{Consumer, MessagingTrace, ParseMessagingTraceError};
pub use delivery::Delivery;
pub use producer::{Delivered, Producer, Record, SendError};
