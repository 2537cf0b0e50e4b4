//! How long accepted work takes until it is complete, across requests and processes.

use std::time::Duration;

use opentelemetry::{
    KeyValue,
    metrics::{Histogram, MeterProvider},
};

use crate::{Telemetry, hop::instrumentation_scope, names};

impl Telemetry {
    /// Measures work that is accepted by one request and completed by another: an order, a job. `work`
    /// says what is completed, low cardinality. Histogram `throughline.completion.duration` (s) with
    /// `throughline.completion.work` and `throughline.completion.outcome`. No convention has a name for
    /// it: the durations of the conventions end with their own request.
    pub fn completions(&self, work: &'static str) -> Completions {
        let meter = self.inner.meters.meter_with_scope(instrumentation_scope(names::SCOPE_COMPLETIONS));
        let duration = meter
            .f64_histogram(names::COMPLETION_DURATION)
            .with_unit("s")
            .with_description("Time from the acceptance of work to its outcome.")
            .with_boundaries(names::CALL_BUCKETS.to_vec())
            .build();
        Completions { duration, work }
    }
}

/// The durations of one kind of work.
#[derive(Debug, Clone)]
pub struct Completions {
    duration: Histogram<f64>,
    work: &'static str,
}

impl Completions {
    /// One more came to its end, so long after it was accepted. `outcome` is one of few words.
    pub fn record(&self, duration: Duration, outcome: &'static str) {
        let labels = [
            KeyValue::new(names::COMPLETION_WORK, self.work),
            KeyValue::new(names::COMPLETION_OUTCOME, outcome),
        ];
        self.duration.record(duration.as_secs_f64(), &labels);
    }
}
