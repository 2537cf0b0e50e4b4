//! The three signals of a process and how they are brought to an end.

pub(crate) mod batch_settings;
pub(crate) mod batching;
pub(crate) mod batch_processor;
pub(crate) mod queue;
pub(crate) mod delivery;
pub(crate) mod export_error;
pub(crate) mod partial_success;
pub(crate) mod balance;
pub(crate) mod exporter;
pub(crate) mod overflow;

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, sync_channel},
    },
    time::{Duration, Instant},
};

use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    logs::SdkLoggerProvider,
    trace::SdkTracerProvider,
};
use tokio::runtime::Runtime;

use crate::{
    metrics::meters::Meters,
    pipelines::{balance::Balance, overflow::Overflows},
    report::{Outcome, Report, SignalReport},
    stdout::Stdout,
};

/// Of the time of the last flush, a fifth belongs to the metrics.
const METRICS_SHARE: u32 = 5;

/// What was emitted and delivered, by signal.
#[derive(Debug, Default)]
pub(crate) struct Balances {
    pub traces: Arc<Balance>,
    pub logs: Arc<Balance>,
    pub metrics: Arc<Balance>,
    pub overflows: Overflows,
}

pub(crate) struct Pipelines {
    pub tracers: SdkTracerProvider,
    pub loggers: SdkLoggerProvider,
    pub meters: Meters,
    pub balances: Balances,
    pub runtime: Option<Runtime>,
    pub stdout: Stdout,
}

impl Pipelines {
    /// Delivers what is left. Spans and logs at the same time, and metrics last, since they count what the
    /// others did: a part of the time is theirs alone. Each goes on where another failed. Blocks, so
    /// call it where that harms nobody.
    pub(crate) fn flush(&self, within: Duration) -> Report {
        let end = Instant::now() + within;
        let left = || end.saturating_duration_since(Instant::now());
        let first = within - within / METRICS_SHARE;
        let (tracers, loggers, meters) = (self.tracers.clone(), self.loggers.clone(), self.meters.clone());
        let logs = in_background(move || loggers.shutdown_with_timeout(first));
        let traces = settle(tracers.shutdown_with_timeout(first), &self.balances.traces);
        let logs = settle(logs.and_then(|logs| ended(&logs, left())), &self.balances.logs);
        // The SDK's reader of metrics waits five seconds whatever timeout it is given.
        let metrics = in_background(move || meters.shutdown_with_timeout(within / METRICS_SHARE));
        let metrics = settle(metrics.and_then(|metrics| ended(&metrics, left())), &self.balances.metrics);
        let report = Report { traces, logs, metrics };
        if report.is_lossy() {
            // To standard output alone: the way to the collector is closed, and was the trouble.
            tracing::warn!(target: "telemetry", "telemetry was lost at the stop: {report}");
        }
        self.stdout.flush(left().max(Duration::from_millis(200)));
        report
    }
}

fn in_background(
    shut_down: impl FnOnce() -> OTelSdkResult + Send + 'static,
) -> Result<Receiver<OTelSdkResult>, OTelSdkError> {
    let (done, result) = sync_channel(1);
    let thread = std::thread::Builder::new().spawn(move || drop(done.send(shut_down())));
    thread.map(|_| result).map_err(|error| OTelSdkError::InternalFailure(error.to_string()))
}

fn ended(result: &Receiver<OTelSdkResult>, timeout: Duration) -> OTelSdkResult {
    result.recv_timeout(timeout).unwrap_or(Err(OTelSdkError::Timeout(timeout)))
}

fn settle(result: OTelSdkResult, balance: &Balance) -> SignalReport {
    let losses = balance.losses();
    let outcome = match result {
        // `Ok` says that all was tried; whether it arrived, the balance says.
        Ok(()) | Err(OTelSdkError::AlreadyShutdown) if losses.total() == 0 => Outcome::Flushed,
        Ok(()) | Err(OTelSdkError::AlreadyShutdown) => {
            Outcome::Failed("not all reached the collector".to_owned())
        }
        Err(OTelSdkError::Timeout(_)) => Outcome::TimedOut,
        // A provider wraps its processors' timeouts into a text.
        Err(OTelSdkError::InternalFailure(reason)) if reason.contains("Timeout(") => Outcome::TimedOut,
        Err(OTelSdkError::InternalFailure(reason)) => Outcome::Failed(reason),
    };
    SignalReport { outcome, delivered: balance.total_delivered(), losses }
}

impl Drop for Pipelines {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A plain drop waits for the runtime's threads, and panics inside another runtime.
            runtime.shutdown_background();
        }
    }
}
