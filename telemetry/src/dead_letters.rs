//! Messages that nobody could handle.

use opentelemetry::{
    KeyValue,
    metrics::{Counter, MeterProvider},
};

use crate::{ErrorType, Telemetry, hop::instrumentation_scope, names};

impl Telemetry {
    /// Counts messages that were put aside because they could not be handled: `throughline.dead_letters`,
    /// {message}, with `messaging.destination.name` (where the message came from) and `error.type` (why).
    /// No convention has a name for it.
    pub fn dead_letters(&self) -> DeadLetterCount {
        let meter = self.inner.meters.meter_with_scope(instrumentation_scope(names::SCOPE_DEAD_LETTERS));
        let letters = meter
            .u64_counter(names::DEAD_LETTERS)
            .with_unit("{message}")
            .with_description("Messages put aside because they could not be handled.")
            .build();
        DeadLetterCount { letters }
    }
}

/// The counter of a service's dead letters.
#[derive(Debug, Clone)]
pub struct DeadLetterCount {
    letters: Counter<u64>,
}

impl DeadLetterCount {
    /// One more from `source`, a topic, because of `error`. Once it is safe where dead letters go.
    pub fn add<E: ErrorType + ?Sized>(&self, source: &str, error: &E) {
        let source = KeyValue::new(names::MESSAGING_DESTINATION_NAME, source.to_owned());
        self.letters.add(1, &[source, KeyValue::new(names::ERROR_TYPE, error.error_type())]);
    }
}
