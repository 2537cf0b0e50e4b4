//! How long a task of the service has to wait for its turn.

use std::time::{Duration, Instant};

use opentelemetry::metrics::MeterProvider;
use tokio::{runtime::Handle, task::AbortHandle};

use crate::{hop::instrumentation_scope, metrics::meters::Meters, names};

/// Ten wakes a second are some 0.02 % of a core.
const INTERVAL: Duration = Duration::from_millis(100);

/// A task that asks to be woken, again and again, and records by how much that was late: in
/// `throughline.tokio.scheduler.delay`. It waits as every other task of its runtime does, so it is late
/// when somebody blocks the workers, or when there is more to do than they can. Tokio's timer ticks by the
/// millisecond: on an idle runtime the delay is about one. Ends when it is dropped.
pub(crate) struct SchedulerProbe(AbortHandle);

impl SchedulerProbe {
    /// `runtime` must have its timers enabled, as every runtime of a service has.
    pub(crate) fn start(meters: &Meters, runtime: &Handle) -> Self {
        let delay = meters
            .meter_with_scope(instrumentation_scope(names::SCOPE_TOKIO))
            .f64_histogram(names::TOKIO_SCHEDULER_DELAY)
            .with_unit("s")
            .with_description("How much later than it asked for a task was woken.")
            .with_boundaries(names::SCHEDULER_DELAY_BUCKETS.to_vec())
            .build();
        let probe = runtime.spawn(async move {
            loop {
                let due = Instant::now() + INTERVAL;
                tokio::time::sleep_until(due.into()).await;
                delay.record(due.elapsed().as_secs_f64(), &[]);
            }
        });
        Self(probe.abort_handle())
    }
}

impl Drop for SchedulerProbe {
    fn drop(&mut self) {
        self.0.abort();
    }
}
