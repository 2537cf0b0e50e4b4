//! The end of a process without the loss of its last spans.

use std::{ops::Deref, time::Duration};

use crate::{
    Telemetry,
    metrics::SchedulerProbe,
    pipelines::Pipelines,
    report::{Losses, Outcome, Report, SignalReport},
};

/// How long the end of a process may take for the sake of its telemetry. Kubernetes kills 30 s after
/// its SIGTERM; requests in flight need most of that.
const DEADLINE: Duration = Duration::from_secs(5);

/// Owns the way to the collector. Ended by [`shutdown`](Self::shutdown) it says what was lost; merely
/// dropped (an early return, a panic that unwinds) it delivers too, and blocks for at most the same
/// five seconds.
#[must_use = "telemetry ends when the guard is dropped: keep it until the process has nothing more to do"]
pub struct Guard {
    telemetry: Telemetry,
    pipelines: Option<Pipelines>,
    /// Ends with the guard, at the latest.
    probe: Option<SchedulerProbe>,
}

impl Guard {
    pub(crate) fn new(telemetry: Telemetry, pipelines: Pipelines, probe: Option<SchedulerProbe>) -> Self {
        Self { telemetry, pipelines: Some(pipelines), probe }
    }

    /// Delivers what is left: traces and logs, then metrics, within five seconds together, each
    /// whether or not the others could be delivered. What was lost is in the report, and in a
    /// warning on standard output.
    pub async fn shutdown(mut self) -> Report {
        let Some(pipelines) = self.pipelines.take() else { return nothing_known() };
        self.probe = None;
        // The SDK's flush blocks its thread: on a runtime's only worker it would wait for itself.
        #[allow(clippy::disallowed_methods, reason = "the flush belongs to no trace")]
        let flushed = tokio::task::spawn_blocking(move || pipelines.flush(DEADLINE));
        flushed.await.unwrap_or_else(|_| nothing_known())
    }
}

/// The flush itself panicked, or its runtime was gone: what arrived is not known, so it counts as a failure.
fn nothing_known() -> Report {
    let outcome = Outcome::Failed("the flush did not run to its end".to_owned());
    let signal = SignalReport { outcome, delivered: 0, losses: Losses::default() };
    Report { traces: signal.clone(), logs: signal.clone(), metrics: signal }
}

impl Deref for Guard {
    type Target = Telemetry;

    fn deref(&self) -> &Telemetry {
        &self.telemetry
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(pipelines) = self.pipelines.take() else { return };
        // On a thread of its own, since this may be a runtime's worker. The report has been logged.
        let flush = std::thread::Builder::new().spawn(move || drop(pipelines.flush(DEADLINE)));
        if let Ok(thread) = flush {
            let _ = thread.join();
        }
    }
}
