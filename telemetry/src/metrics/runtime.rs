//! The runtime of the service, as far as tokio's stable interface tells: `throughline.tokio.*`, for which
//! no convention has names.

use opentelemetry::{
    KeyValue,
    metrics::{Meter, MeterProvider},
};
use tokio::runtime::{Handle, RuntimeMetrics};

use crate::{hop::instrumentation_scope, metrics::meters::Meters, names};

/// Begins to observe `runtime`; it may end before the meters do.
pub(crate) fn observe(meters: &Meters, runtime: &Handle) {
    let meter = meters.meter_with_scope(instrumentation_scope(names::SCOPE_TOKIO));
    let of = || runtime.metrics();
    let workers = (names::TOKIO_WORKERS, "{worker}", "Threads of the runtime that run tasks.");
    level(&meter, workers, of(), RuntimeMetrics::num_workers);
    let alive = (names::TOKIO_TASKS_ALIVE, "{task}", "Tasks of the runtime that have not ended.");
    level(&meter, alive, of(), RuntimeMetrics::num_alive_tasks);
    let queue = (names::TOKIO_GLOBAL_QUEUE_DEPTH, "{task}", "Tasks that no worker has taken yet.");
    level(&meter, queue, of(), RuntimeMetrics::global_queue_depth);
    #[cfg(target_has_atomic = "64")]
    busy_time(&meter, of());
}

fn level(
    meter: &Meter,
    (name, unit, description): (&'static str, &'static str, &'static str),
    runtime: RuntimeMetrics,
    read: fn(&RuntimeMetrics) -> usize,
) {
    meter
        .i64_observable_up_down_counter(name)
        .with_unit(unit)
        .with_description(description)
        .with_callback(move |observer| observer.observe(read(&runtime) as i64, &[]))
        .build();
}

/// By worker: one that is blocked is busy all the time, and would drown in a sum.
#[cfg(target_has_atomic = "64")]
fn busy_time(meter: &Meter, runtime: RuntimeMetrics) {
    meter
        .f64_observable_counter(names::TOKIO_WORKER_BUSY_TIME)
        .with_unit("s")
        .with_description("Time that a worker of the runtime was not parked.")
        .with_callback(move |observer| {
            for worker in 0..runtime.num_workers() {
                let label = KeyValue::new(names::TOKIO_WORKER_INDEX, worker as i64);
                observer.observe(runtime.worker_total_busy_duration(worker).as_secs_f64(), &[label]);
            }
        })
        .build();
}
