//! A record that was received.

use opentelemetry::Context;
use rdkafka::{
    Message,
    message::{Headers, OwnedHeaders, OwnedMessage},
};

use crate::kafka::assignment::{Assignment, Turn};

/// One record, owned: it can outlive the consumer's next poll.
#[derive(Debug, Clone)]
pub struct Delivery {
    message: OwnedMessage,
    /// The context in which it was made.
    sender: Context,
    /// When its partition was assigned.
    turn: Turn,
}

impl Delivery {
    pub(super) fn new(message: OwnedMessage, sender: Context, assignment: &Assignment) -> Self {
        let turn = assignment.turn(message.topic(), message.partition());
        Self { message, sender, turn }
    }

    /// The topic it was read from.
    pub fn topic(&self) -> &str {
        self.message.topic()
    }

    /// The partition it was read from.
    pub fn partition(&self) -> i32 {
        self.message.partition()
    }

    /// Its place in the partition.
    pub fn offset(&self) -> i64 {
        self.message.offset()
    }

    /// Its key, if it has one.
    pub fn key(&self) -> Option<&[u8]> {
        self.message.key()
    }

    /// The message; empty for a tombstone.
    pub fn payload(&self) -> &[u8] {
        self.message.payload().unwrap_or_default()
    }

    /// The last header of this name that has a value.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let headers = self.raw_headers()?;
        headers.iter().filter(|header| header.key == name).last()?.value
    }

    /// All headers in their order, those of the trace included; a header without a value is empty.
    pub fn headers(&self) -> Vec<(String, Vec<u8>)> {
        let headers = self.raw_headers().into_iter().flat_map(Headers::iter);
        headers.map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec())).collect()
    }

    pub(super) fn sender(&self) -> &Context {
        &self.sender
    }

    pub(super) fn turn(&self) -> Turn {
        self.turn
    }

    fn raw_headers(&self) -> Option<&OwnedHeaders> {
        self.message.headers()
    }

    /// A record without a value deletes its key in a compacted topic.
    pub(super) fn is_tombstone(&self) -> bool {
        self.message.payload().is_none()
    }
}
