//! The three signals of a process and how they are brought to an end.

pub(crate) mod batch_settings;
pub(crate) mod exporter;
pub(crate) mod balance;

use std::{
    sync::{Arc, mpsc::sync_channel},
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
    pipelines::balance::Balance,
    report::{Outcome, Report, SignalReport},
    stdout::Stdout,
};

/// What was emitted and delivered, by signal.
#[derive(Debug, Default)]
pub(crate) struct Balances {
    pub traces: Arc<Balance>,
    pub logs: Arc<Balance>,
    pub metrics: Arc<Balance>,
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
    /// Delivers what is left. Traces first: to end them makes the last logs; metrics last, since they
    /// count what the others did. Each goes on where another failed. Blocks, so call it where that
    /// harms nobody.
    pub(crate) fn flush(&self, within: Duration) -> Report {
        let end = Instant::now() + within;
        let left = || end.saturating_duration_since(Instant::now());
        let traces = settle(self.tracers.shutdown_with_timeout(left()), &self.balances.traces);
        let logs = settle(self.loggers.shutdown_with_timeout(left()), &self.balances.logs);
        let metrics = settle(shut_down_meters(self.meters.clone(), left()), &self.balances.metrics);
        let report = Report { traces, logs, metrics };
        if report.is_lossy() {
            // To standard output alone: the way to the collector is closed, and was the trouble.
            tracing::warn!(target: "telemetry", "telemetry was lost at the stop: {report}");
        }
        self.stdout.flush(left().max(Duration::from_millis(200)));
        report
    }
}

/// The SDK's reader of metrics waits five seconds whatever timeout it is given.
fn shut_down_meters(meters: Meters, timeout: Duration) -> OTelSdkResult {
    let (done, result) = sync_channel(1);
    let shut_down = move || drop(done.send(meters.shutdown_with_timeout(timeout)));
    if let Err(error) = std::thread::Builder::new().spawn(shut_down) {
        return Err(OTelSdkError::InternalFailure(error.to_string()));
    }
    result.recv_timeout(timeout).unwrap_or(Err(OTelSdkError::Timeout(timeout)))
}

fn settle(result: OTelSdkResult, balance: &Balance) -> SignalReport {
    let lost = balance.outstanding();
    let outcome = match result {
        // The SDK's `Ok` says that it tried; whether it arrived, the balance says.
        Ok(()) | Err(OTelSdkError::AlreadyShutdown) if lost == 0 => Outcome::Flushed,
        Ok(()) | Err(OTelSdkError::AlreadyShutdown) => {
            Outcome::Failed("not all reached the collector".to_owned())
        }
        Err(OTelSdkError::Timeout(_)) => Outcome::TimedOut,
        // A provider wraps its processors' timeouts into a text.
        Err(OTelSdkError::InternalFailure(reason)) if reason.contains("Timeout(") => Outcome::TimedOut,
        Err(OTelSdkError::InternalFailure(reason)) => Outcome::Failed(reason),
    };
    SignalReport { outcome, delivered: balance.total_delivered(), lost }
}

impl Drop for Pipelines {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A plain drop waits for the runtime's threads, and panics inside another runtime.
            runtime.shutdown_background();
        }
    }
}
