//! What a collector rejects of a batch that it takes. The SDK's exporters answer `Ok` then, and tell the number
//! in a log event alone.

use std::{cell::Cell, fmt};

use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, filter_fn},
    layer::Context,
    registry::LookupSpan,
};

thread_local! {
    /// An export is polled by one thread from its beginning to its end, and the event is told there.
    static REJECTED: Cell<u64> = const { Cell::new(0) };
}

/// Hears of rejected items whatever is logged.
pub(crate) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>() -> impl Layer<S> {
    PartialSuccess.with_filter(filter_fn(is_told).with_max_level_hint(LevelFilter::WARN))
}

/// How many items were rejected of what this thread exported since it asked last.
pub(crate) fn take_rejected() -> u64 {
    REJECTED.take()
}

fn is_told(metadata: &Metadata<'_>) -> bool {
    metadata.is_event()
        && metadata.target() == "opentelemetry-otlp"
        && metadata.name().ends_with(".PartialSuccess")
}

struct PartialSuccess;

impl<S: Subscriber> Layer<S> for PartialSuccess {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        event.record(&mut Count);
    }
}

struct Count;

impl Visit for Count {
    fn record_i64(&mut self, field: &Field, value: i64) {
        if matches!(field.name(), "rejected_spans" | "rejected_log_records") {
            REJECTED.set(REJECTED.get() + value.max(0).cast_unsigned());
        }
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn fmt::Debug) {}
}
