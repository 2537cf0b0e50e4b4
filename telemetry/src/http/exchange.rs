//! What is kept of a request until the end of its answer, and what is measured then.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use opentelemetry::{
    KeyValue,
    metrics::{Histogram, Meter, UpDownCounter},
};

use crate::{
    hop::{End, Hop},
    names,
};

/// The instruments of the server besides its duration.
#[derive(Debug, Clone)]
pub(crate) struct Instruments {
    active: UpDownCounter<i64>,
    request_size: Histogram<u64>,
    response_size: Histogram<u64>,
}

impl Instruments {
    pub(crate) fn new(meter: &Meter) -> Self {
        let size = |name, description| {
            meter
                .u64_histogram(name)
                .with_unit("By")
                .with_description(description)
                .with_boundaries(names::BODY_SIZE_BUCKETS.to_vec())
                .build()
        };
        Self {
            active: meter
                .i64_up_down_counter(names::HTTP_SERVER_ACTIVE_REQUESTS)
                .with_unit("{request}")
                .with_description("Number of active HTTP server requests.")
                .build(),
            request_size: size(
                names::HTTP_SERVER_REQUEST_BODY_SIZE,
                "Size of HTTP server request bodies, as far as they were read.",
            ),
            response_size: size(
                names::HTTP_SERVER_RESPONSE_BODY_SIZE,
                "Size of HTTP server response bodies, as far as they were sent.",
            ),
        }
    }
}

/// One request in flight, until it is finished, interrupted or dropped: a cancelled one too comes off
/// the count, and what passed of its bodies is counted.
pub(crate) struct Exchange {
    pub hop: Hop,
    /// An answer to HEAD has a body that nobody reads.
    pub head: bool,
    /// Bytes of the answer's body that left.
    pub sent: u64,
    received: Arc<AtomicU64>,
    labels: Vec<KeyValue>,
    active_labels: [KeyValue; 2],
    instruments: Option<Instruments>,
}

impl Exchange {
    pub(crate) fn enter(
        hop: Hop,
        head: bool,
        labels: Vec<KeyValue>,
        active_labels: [KeyValue; 2],
        instruments: &Instruments,
    ) -> Self {
        instruments.active.add(1, &active_labels);
        let received = Arc::default();
        Self { hop, head, sent: 0, received, labels, active_labels, instruments: Some(instruments.clone()) }
    }

    /// Counts the bytes of the request's body that the handler read.
    pub(crate) fn received(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.received)
    }

    pub(crate) fn finish(mut self, end: End) {
        self.measure(&end);
        self.hop.finish(end);
    }

    pub(crate) fn interrupt(mut self, end: End) {
        self.measure(&end);
        self.hop.interrupt(end);
    }

    /// Does nothing the second time.
    fn measure(&mut self, end: &End) {
        let Some(instruments) = self.instruments.take() else { return };
        let failure = end.error.as_ref().map(|failure| failure.error_type.clone());
        let failure = failure.or_else(|| std::thread::panicking().then(|| "panic".into()));
        let mut labels = std::mem::take(&mut self.labels);
        labels.extend(end.labels.iter().cloned());
        labels.extend(failure.map(|error_type| KeyValue::new(names::ERROR_TYPE, error_type)));
        instruments.request_size.record(self.received.load(Ordering::Relaxed), &labels);
        instruments.response_size.record(self.sent, &labels);
        instruments.active.add(-1, &self.active_labels);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        // The hop ends itself.
        self.measure(&End::default());
    }
}
