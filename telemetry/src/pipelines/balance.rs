//! Counts what became of each span or log record: it is in one place at a time, and what is in none was
//! delivered or is lost for a known reason. An SDK's `Ok` says that it tried.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use crate::report::Losses;

/// `error.type` of a batch that took longer than it may.
pub(crate) const TIMEOUT: &str = "timeout";

/// The balance of one signal.
#[derive(Debug, Default)]
pub(crate) struct Balance {
    emitted: AtomicU64,
    ended: AtomicU64,
    queue_full: AtomicU64,
    already_shutdown: AtomicU64,
    handed_over: AtomicU64,
    delivered: AtomicU64,
    /// By `error.type`; touched when a batch fails.
    failed: Mutex<BTreeMap<Cow<'static, str>, u64>>,
}

impl Balance {
    /// A span began, a record was written, metrics were collected.
    pub(crate) fn emitted(&self, count: u64) {
        self.emitted.fetch_add(count, Relaxed);
    }

    /// It may be exported now; what is no span ends as it is emitted.
    pub(crate) fn ended(&self, count: u64) {
        self.ended.fetch_add(count, Relaxed);
    }

    pub(crate) fn found_the_queue_full(&self) {
        self.queue_full.fetch_add(1, Relaxed);
    }

    pub(crate) fn came_too_late(&self) {
        self.already_shutdown.fetch_add(1, Relaxed);
    }

    /// Given to the exporter.
    pub(crate) fn handed_over(&self, count: u64) {
        self.handed_over.fetch_add(count, Relaxed);
    }

    /// The collector has it.
    pub(crate) fn delivered(&self, count: u64) {
        self.delivered.fetch_add(count, Relaxed);
    }

    /// The exporter gave up, or the collector refused it for good.
    pub(crate) fn failed(&self, error_type: Cow<'static, str>, count: u64) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        *failed.entry(error_type).or_default() += count;
    }

    pub(crate) fn total_emitted(&self) -> u64 {
        self.emitted.load(Relaxed)
    }

    pub(crate) fn total_queue_full(&self) -> u64 {
        self.queue_full.load(Relaxed)
    }

    pub(crate) fn total_already_shutdown(&self) -> u64 {
        self.already_shutdown.load(Relaxed)
    }

    pub(crate) fn total_handed_over(&self) -> u64 {
        self.handed_over.load(Relaxed)
    }

    pub(crate) fn total_delivered(&self) -> u64 {
        self.delivered.load(Relaxed)
    }

    pub(crate) fn failures(&self) -> BTreeMap<Cow<'static, str>, u64> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    // What left a place is read before what came to it: read while others work, a difference may be
    // too large, but not negative.

    /// Began and have not ended.
    pub(crate) fn live(&self) -> u64 {
        let ended = self.ended.load(Relaxed);
        self.total_emitted().saturating_sub(ended)
    }

    /// In the queue.
    pub(crate) fn waiting(&self) -> u64 {
        let gone = self.total_handed_over() + self.total_queue_full() + self.total_already_shutdown();
        self.ended.load(Relaxed).saturating_sub(gone)
    }

    /// With the exporter.
    pub(crate) fn in_flight(&self) -> u64 {
        let settled = self.total_delivered() + self.failures().values().sum::<u64>();
        self.total_handed_over().saturating_sub(settled)
    }

    /// What did not arrive. Before the last flush this includes what still may.
    pub(crate) fn losses(&self) -> Losses {
        let mut failures = self.failures();
        let timed_out = failures.remove(TIMEOUT).unwrap_or_default();
        Losses {
            dropped: self.total_queue_full() + self.total_already_shutdown(),
            failed: failures.values().sum(),
            timed_out: timed_out + self.in_flight() + self.waiting(),
            unended: self.live(),
        }
    }
}
