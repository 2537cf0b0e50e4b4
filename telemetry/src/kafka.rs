//! Kafka by rdkafka: sending, receiving, working, committing, and what they have in common.

mod producer;
mod consumer;
mod receive;
mod process;
mod commit;
mod commits;
mod commit_queue;
mod leave;
mod callbacks;
mod assignment;
mod lag;
mod messaging_trace;
mod records;
mod delivery;
mod headers;
mod error;

pub use callbacks::ConsumerCallbacks;
pub use consumer::Consumer;
pub use delivery::Delivery;
pub use messaging_trace::{MessagingTrace, ParseMessagingTraceError};
pub use producer::{Delivered, Producer, Record, SendError};
