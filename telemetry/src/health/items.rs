//! What the two signals that have queues are called.

use std::time::Duration;

use crate::{
    names,
    signal::{LOGS, Signal, TRACES},
};

/// Names, variables and defaults of a signal.
#[derive(Debug)]
pub(crate) struct Items {
    pub signal: Signal,
    /// What many of them are called in a sentence.
    pub plural: &'static str,
    pub unit: &'static str,
    /// The variables that set its batches begin so.
    pub variables: &'static str,
    pub queue: usize,
    pub delay: Duration,
    /// The middle of the type of its exporters.
    pub exporter: &'static str,
    pub processor: &'static str,
    pub queue_size: &'static str,
    pub queue_capacity: &'static str,
    pub processed: &'static str,
    pub inflight: &'static str,
    pub exported: &'static str,
}

/// What a service makes in eight seconds at 4,000 spans a second: some 30 MB, if it ever waits.
pub(crate) const SPANS: Items = Items {
    signal: TRACES,
    plural: "spans",
    unit: "{span}",
    variables: "OTEL_BSP",
    queue: 32_768,
    delay: Duration::from_secs(5),
    exporter: "span_exporter",
    processor: "batching_span_processor",
    queue_size: names::SDK_PROCESSOR_SPAN_QUEUE_SIZE,
    queue_capacity: names::SDK_PROCESSOR_SPAN_QUEUE_CAPACITY,
    processed: names::SDK_PROCESSOR_SPAN_PROCESSED,
    inflight: names::SDK_EXPORTER_SPAN_INFLIGHT,
    exported: names::SDK_EXPORTER_SPAN_EXPORTED,
};

/// A service logs less than it traces.
pub(crate) const LOG_RECORDS: Items = Items {
    signal: LOGS,
    plural: "logs",
    unit: "{log_record}",
    variables: "OTEL_BLRP",
    queue: 8_192,
    delay: Duration::from_secs(1),
    exporter: "log_exporter",
    processor: "batching_log_processor",
    queue_size: names::SDK_PROCESSOR_LOG_QUEUE_SIZE,
    queue_capacity: names::SDK_PROCESSOR_LOG_QUEUE_CAPACITY,
    processed: names::SDK_PROCESSOR_LOG_PROCESSED,
    inflight: names::SDK_EXPORTER_LOG_INFLIGHT,
    exported: names::SDK_EXPORTER_LOG_EXPORTED,
};
