//! What child processes do for the tests of metrics.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use opentelemetry::{KeyValue, global, metrics::Meter};
use tokio::{
    runtime::Handle,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::scenarios::init;

/// How many measurements each instrument gets.
pub const MEASUREMENTS: u64 = 3;

/// The sender counts collections.
fn collections(meter: &Meter) -> watch::Receiver<u64> {
    let (sender, receiver) = watch::channel(0);
    meter
        .u64_observable_gauge("it.collections")
        .with_unit("{collection}")
        .with_callback(move |observer| {
            sender.send_modify(|count| *count += 1);
            observer.observe(*sender.borrow(), &[]);
        })
        .build();
    receiver
}

async fn collected(collections: &mut watch::Receiver<u64>, times: u64) {
    let goal = *collections.borrow() + times;
    collections.wait_for(|count| *count >= goal).await.unwrap();
}

/// One instrument of each kind, with something to collect in every collection.
pub async fn measures_with_each_instrument() {
    let telemetry = init();
    let meter = global::meter("it");
    let mut collections = collections(&meter);
    static OBSERVED: AtomicU64 = AtomicU64::new(0);
    let counter = meter.u64_counter("it.counter").build();
    let up_down = meter.i64_up_down_counter("it.up_down_counter").build();
    let histogram = meter.f64_histogram("it.histogram").with_boundaries(vec![0.5]).build();
    let observe = || OBSERVED.load(Ordering::Relaxed);
    meter
        .u64_observable_counter("it.observable_counter")
        .with_callback(move |observer| observer.observe(observe(), &[]))
        .build();
    meter
        .i64_observable_up_down_counter("it.observable_up_down_counter")
        .with_callback(move |observer| observer.observe(observe() as i64, &[]))
        .build();
    for _ in 0..MEASUREMENTS {
        counter.add(1, &[]);
        up_down.add(1, &[]);
        histogram.record(1.0, &[]);
        OBSERVED.fetch_add(1, Ordering::Relaxed);
        collected(&mut collections, 2).await;
    }
    telemetry.shutdown().await;
}

/// A callback that panics stands between two that don't.
pub async fn observes_with_a_callback_that_panics() {
    let telemetry = init();
    let meter = global::meter("it");
    let mut collections = collections(&meter);
    meter
        .i64_observable_up_down_counter("it.broken")
        .with_callback(|observer| {
            observer.observe(1, &[KeyValue::new("seen", true)]);
            panic!("planted in a callback");
        })
        .build();
    meter.u64_observable_counter("it.sound").with_callback(|observer| observer.observe(7, &[])).build();
    collected(&mut collections, 3).await;
    telemetry.shutdown().await;
}

#[allow(clippy::print_stdout, reason = "its parent reads it")]
/// Nothing else can run meanwhile: not what asks to be woken after a tenth of a second.
pub async fn blocks_its_only_thread() {
    let telemetry = init();
    tokio::time::sleep(Duration::from_millis(150)).await;
    std::thread::sleep(Duration::from_millis(500));
    tokio::time::sleep(Duration::from_millis(10)).await;
    telemetry.shutdown().await;
    // The task of the probe has been told to end.
    while Handle::current().metrics().num_alive_tasks() > 0 {
        tokio::task::yield_now().await;
    }
    // Not by the log: what is logged after the stop has nobody who flushes it.
    println!("no task is left");
}

/// Three measurements inside a span, the last two in one bucket.
pub async fn measures_inside_a_span() {
    let telemetry = init();
    let meter = global::meter("it");
    let counter = meter.u64_counter("it.counter").build();
    let histogram = meter.f64_histogram("it.histogram").with_boundaries(vec![0.5, 5.0]).build();
    let label = [KeyValue::new("kind", "a")];
    histogram.record(9.0, &label);
    let measures = async {
        for value in [0.1, 1.0, 2.0] {
            histogram.record(value, &label);
        }
        counter.add(3, &label);
    };
    telemetry.batch("measured", &[], measures).await;
    telemetry.shutdown().await;
}

/// Exports metrics as often as it is told to, until it is told to stop.
pub async fn runs_until_sigterm() {
    let telemetry = init();
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    tracing::info!("ready");
    terminate.recv().await;
    telemetry.shutdown().await;
}
