//! Receiving: one `CLIENT` span for each hand-over that brought records, a trace of its own, and none
//! for the time that was waited: nothing happens in it.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use opentelemetry::Context;
use rdkafka::error::KafkaError;

use crate::{
    hop::End,
    kafka::{
        consumer::Consumer,
        delivery::Delivery,
        error::error_type,
        headers::HeaderExtractor,
        records::{Operation, Records},
    },
    propagation,
};

impl Consumer {
    /// Waits for the next record. Safe to drop while it waits.
    ///
    /// # Errors
    /// What librdkafka reports: most of it passes by itself, so wait a moment and call again.
    pub async fn recv(&self) -> Result<Delivery, KafkaError> {
        let delivery = self.next().await?;
        self.handed_over(Instant::now(), Records::One(&delivery));
        Ok(delivery)
    }

    /// Waits for the next record, and from then on for as long as `linger` for more, up to `max` of them
    /// (one at least). Safe to drop while it waits: what it had already is in the next batch.
    ///
    /// A span has as many links as `OTEL_SPAN_LINK_COUNT_LIMIT` lets it, 128 by default: of the other
    /// records of a larger batch no trace can be found from here.
    ///
    /// # Errors
    /// What librdkafka reports while there is no record. Later it ends the batch, and has a span of its
    /// own.
    pub async fn recv_batch(&self, max: usize, linger: Duration) -> Result<Vec<Delivery>, KafkaError> {
        let mut gathering = Gathering { batch: vec![self.next().await?], given_back: &self.gathered };
        let started = Instant::now();
        let until = tokio::time::Instant::now() + linger;
        while gathering.batch.len() < max {
            match tokio::time::timeout_at(until, self.next()).await {
                Ok(Ok(delivery)) => gathering.batch.push(delivery),
                Ok(Err(_)) | Err(_) => break,
            }
        }
        let batch = std::mem::take(&mut gathering.batch);
        self.handed_over(started, Records::Batch(&batch));
        Ok(batch)
    }

    async fn next(&self) -> Result<Delivery, KafkaError> {
        while let Some(delivery) = self.given_back() {
            if self.holds(&delivery) {
                return Ok(delivery);
            }
        }
        let received = self.consumer.recv().await;
        let started = Instant::now();
        match received {
            Ok(message) => {
                let message = message.detach();
                let headers = rdkafka::Message::headers(&message);
                let sender = propagation::extract(&self.propagator, &HeaderExtractor(headers));
                Ok(Delivery::new(message, sender, &self.assignment))
            }
            Err(error) => {
                self.failed(started, &error);
                Err(error)
            }
        }
    }

    fn given_back(&self) -> Option<Delivery> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn handed_over(&self, started: Instant, records: Records<'_>) {
        // A batch has runs of records of one partition.
        let same = |one: &Delivery, other: &Delivery| {
            (one.topic(), one.partition()) == (other.topic(), other.partition())
        };
        for run in records.all().chunk_by(same) {
            self.consumed.add(run.len() as u64, &self.member.labels(Operation::Poll, Records::Batch(run)));
        }
        self.polled(started, records, End::default());
    }

    fn failed(&self, started: Instant, error: &KafkaError) {
        // The end of a partition is reported as an error, and is none.
        if !matches!(error, KafkaError::PartitionEOF(_)) {
            let end = End::default().with_error(error_type(error), error.to_string());
            self.polled(started, Records::None, end);
        }
    }

    fn polled(&self, started: Instant, records: Records<'_>, end: End) {
        let (builder, labels) = self.member.describe(Operation::Poll, records);
        let root = self.recorded(Context::new());
        self.operations.start_since(started, &root, builder, labels).finish(end);
    }
}

/// A batch on the way. Dropped before it is whole, it gives its records back.
struct Gathering<'a> {
    batch: Vec<Delivery>,
    given_back: &'a Mutex<VecDeque<Delivery>>,
}

impl Drop for Gathering<'_> {
    fn drop(&mut self) {
        if !self.batch.is_empty() {
            let mut given_back = self.given_back.lock().unwrap_or_else(PoisonError::into_inner);
            self.batch.drain(..).rev().for_each(|delivery| given_back.push_front(delivery));
        }
    }
}
