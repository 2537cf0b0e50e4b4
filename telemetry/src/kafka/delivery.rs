//! A record that was received.

use rdkafka::{
    Message,
    message::{Headers, OwnedHeaders, OwnedMessage},
};

/// One record, owned: it can outlive the consumer's next poll.
#[derive(Debug, Clone)]
pub struct Delivery(OwnedMessage);

impl Delivery {
    pub(crate) fn new(message: OwnedMessage) -> Self {
        Self(message)
    }

    /// The topic it was read from.
    pub fn topic(&self) -> &str {
        self.0.topic()
    }

    /// The partition it was read from.
    pub fn partition(&self) -> i32 {
        self.0.partition()
    }

    /// Its place in the partition.
    pub fn offset(&self) -> i64 {
        self.0.offset()
    }

    /// Its key, if it has one.
    pub fn key(&self) -> Option<&[u8]> {
        self.0.key()
    }

    /// The message; empty for a tombstone.
    pub fn payload(&self) -> &[u8] {
        self.0.payload().unwrap_or_default()
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

    pub(crate) fn raw_headers(&self) -> Option<&OwnedHeaders> {
        self.0.headers()
    }

    /// A record without a value deletes its key in a compacted topic.
    pub(crate) fn is_tombstone(&self) -> bool {
        self.0.payload().is_none()
    }
}
