//! One batch after the other to the exporter, bounded in time, and the account of what became of each.

use std::{
    borrow::Cow,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use tokio::{runtime::Handle, sync::Notify};

use crate::{
    health::operations::Operations,
    limits::Cuts,
    pipelines::{
        balance::{Balance, TIMEOUT},
        export_error::error_type,
        partial_success,
    },
};

/// While items are dropped, that is said once in this time at most.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(10);

/// What the exporting thread of a signal works with.
#[derive(Debug)]
pub(crate) struct Delivery {
    /// `spans`, `logs`.
    pub items: &'static str,
    /// Where the exporter's timers and sockets live: outside of it they panic or hang (upstream issues
    /// 2583 and 2802).
    pub runtime: Handle,
    /// For one batch, its retries included.
    pub timeout: Duration,
    pub balance: Arc<Balance>,
    /// Ends the export that runs.
    pub give_up: Arc<Notify>,
    pub cuts: Cuts,
    pub operations: Operations,
    pub told: Told,
}

/// What the log has been told of trouble.
#[derive(Debug, Default)]
pub(crate) struct Told {
    dropped: u64,
    at: Option<Instant>,
    /// Lost since exports began to fail.
    failing: Option<u64>,
}

impl Delivery {
    pub(crate) fn deliver<R: Future<Output = OTelSdkResult>>(
        &mut self,
        count: u64,
        export: impl FnOnce() -> R,
    ) {
        self.balance.handed_over(count);
        partial_success::take_rejected();
        let started = Instant::now();
        let exported = catch_unwind(AssertUnwindSafe(|| self.runtime.block_on(self.bounded(export))));
        let (error, result) = match exported {
            // The report of the shutdown tells of it.
            Ok(None) => return self.balance.failed(TIMEOUT.into(), count),
            Ok(Some(result)) => (error_type(&result), result),
            // Its text is in the log already, told by the hook.
            Err(_) => (Some("panic".into()), Err(OTelSdkError::InternalFailure("it panicked".to_owned()))),
        };
        let rejected = if error.is_none() { partial_success::take_rejected().min(count) } else { 0 };
        self.operations.record(started.elapsed(), &result, error.clone().or_else(|| rejection(rejected)));
        match error {
            Some(error) => self.balance.failed(error, count),
            None => self.balance.delivered(count - rejected),
        }
        if rejected > 0 {
            self.balance.failed("rejected".into(), rejected);
        }
        self.tell_of(&result, count, rejected);
    }

    /// `None` when it was given up.
    async fn bounded<R: Future<Output = OTelSdkResult>>(
        &self,
        export: impl FnOnce() -> R,
    ) -> Option<OTelSdkResult> {
        tokio::select! {
            ended = tokio::time::timeout(self.timeout, export()) => {
                Some(ended.unwrap_or(Err(OTelSdkError::Timeout(self.timeout))))
            }
            () = self.give_up.notified() => None,
        }
    }

    /// When exports begin to fail, and when they go well again; not each time in between.
    fn tell_of(&mut self, result: &OTelSdkResult, count: u64, rejected: u64) {
        let items = self.items;
        if rejected > 0 {
            tracing::warn!(target: "telemetry", "the collector rejected {rejected} of {count} {items}");
        }
        match (result, self.told.failing) {
            (Err(error), None) => {
                tracing::warn!(target: "telemetry", "{count} {items} could not be delivered: {error}");
                self.told.failing = Some(count);
            }
            (Err(_), Some(lost)) => self.told.failing = Some(lost + count),
            (Ok(()), Some(lost)) => {
                tracing::info!(target: "telemetry", "{items} are delivered again: {lost} were lost meanwhile");
                self.told.failing = None;
            }
            (Ok(()), None) => {}
        }
    }

    /// What others noticed and could not say: where an item is dropped or cut, a log record may just be
    /// in the making.
    pub(crate) fn tell(&mut self) {
        self.cuts.tell();
        let (dropped, told) = (self.balance.total_queue_full(), &mut self.told);
        if dropped == told.dropped || told.at.is_some_and(|at| at.elapsed() < BETWEEN_WARNINGS) {
            return;
        }
        let (new, items) = (dropped - told.dropped, self.items);
        tracing::warn!(target: "telemetry", "{new} {items} were dropped: their queue was full");
        (told.dropped, told.at) = (dropped, Some(Instant::now()));
    }
}

fn rejection(rejected: u64) -> Option<Cow<'static, str>> {
    (rejected > 0).then_some(Cow::Borrowed("rejected"))
}
