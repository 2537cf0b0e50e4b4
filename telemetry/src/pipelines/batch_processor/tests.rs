//! The thread that exports, with exporters that misbehave.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    future::{Future, pending},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::{runtime::Runtime, sync::Notify};

use super::BatchProcessor;
use crate::{
    health::{
        self,
        operations::{ExporterIdentity, Operations},
    },
    limits::Cuts,
    metrics::meters::Meters,
    otlp,
    pipelines::{
        balance::Balance,
        delivery::{Delivery, Told},
        queue::Queue,
    },
    report::Losses,
};

/// Only a test that fails waits this long.
const LONG: Duration = Duration::from_secs(20);

struct Fixture {
    processor: Arc<BatchProcessor<u32>>,
    balance: Arc<Balance>,
    _runtime: Runtime,
}

/// A queue of eight in batches of two, which leave when they are full.
fn start<R: Future<Output = OTelSdkResult>>(export: impl Fn(Vec<u32>) -> R + Send + 'static) -> Fixture {
    let runtime = otlp::runtime().unwrap();
    let balance = Arc::new(Balance::default());
    let meter = health::meter(&Meters::silent());
    let delivery = Delivery {
        items: "spans",
        runtime: runtime.handle().clone(),
        timeout: LONG,
        balance: Arc::clone(&balance),
        give_up: Arc::new(Notify::new()),
        cuts: Cuts::default(),
        operations: Operations::new(&meter, ExporterIdentity::console()),
        told: Told::default(),
    };
    let processor = BatchProcessor::start(Queue::new(8, 2), LONG, delivery, export).unwrap();
    Fixture { processor: Arc::new(processor), balance, _runtime: runtime }
}

impl Fixture {
    fn put(&self, items: impl IntoIterator<Item = u32>) {
        for item in items {
            self.balance.emitted(1);
            self.processor.put(item);
        }
    }
}

#[test]
fn an_exporter_that_panics_loses_one_batch_and_not_the_next() {
    let exported = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&exported);
    let fixture = start(move |batch| {
        // It poisons the exporter's lock, too.
        let mut seen = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        assert!(batch[0] != 1, "planted");
        seen.extend(batch);
        async { Ok(()) }
    });
    fixture.put(1..=5);
    fixture.processor.stop(LONG).unwrap();
    assert_eq!(*exported.lock().unwrap_or_else(std::sync::PoisonError::into_inner), [3, 4, 5]);
    assert_eq!(fixture.balance.failures().get("panic"), Some(&2));
    assert_eq!(fixture.balance.total_delivered(), 3);
    assert_eq!(fixture.balance.losses(), Losses { failed: 2, ..Losses::default() });
}

#[test]
fn an_export_that_never_ends_is_given_up_at_the_deadline() {
    let (dropped, is_dropped) = mpsc::channel::<()>();
    let fixture = start(move |_| {
        let dropped = dropped.clone();
        async move {
            let _dropped = dropped;
            pending().await
        }
    });
    fixture.put(1..=5);
    let deadline = Duration::from_millis(50);
    assert!(matches!(fixture.processor.stop(deadline), Err(OTelSdkError::Timeout(_))));
    // All senders are gone: the future, and with the thread the exporter.
    assert_eq!(is_dropped.recv_timeout(LONG), Err(mpsc::RecvTimeoutError::Disconnected));
    assert_eq!(fixture.balance.losses(), Losses { timed_out: 5, ..Losses::default() });
}

#[test]
fn what_comes_after_the_stop_is_counted_as_dropped() {
    let fixture = start(|_| async { Ok(()) });
    fixture.processor.stop(LONG).unwrap();
    fixture.put([1]);
    assert_eq!(fixture.balance.total_already_shutdown(), 1);
    assert_eq!(fixture.balance.losses(), Losses { dropped: 1, ..Losses::default() });
}

#[test]
fn who_puts_something_in_never_waits_for_an_export() {
    let (go, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let fixture = start(move |_| {
        // Blocks the exporting thread itself.
        gate.lock().unwrap().recv().ok();
        async { Ok(()) }
    });
    fixture.put(1..=2);
    let started = Instant::now();
    while fixture.balance.in_flight() == 0 && started.elapsed() < LONG {
        thread::yield_now();
    }
    fixture.put(3..=12);
    assert_eq!((fixture.balance.waiting(), fixture.balance.total_queue_full()), (8, 2));
    drop(go);
    fixture.processor.stop(LONG).unwrap();
    assert_eq!(fixture.balance.total_delivered(), 10);
}

#[test]
fn a_flush_exports_what_is_there_and_leaves_the_queue_open() {
    let fixture = start(|_| async { Ok(()) });
    fixture.put(1..=3);
    fixture.processor.flush().unwrap();
    assert_eq!(fixture.balance.total_delivered(), 3);
    fixture.put(4..=4);
    fixture.processor.stop(LONG).unwrap();
    assert_eq!(fixture.balance.total_delivered(), 4);
}
