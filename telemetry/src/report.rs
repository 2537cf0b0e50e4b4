//! What a shutdown says of itself.

use std::fmt;

/// What became of each signal when telemetry was shut down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Spans.
    pub traces: SignalReport,
    /// Log records on their way to the collector; standard output is not counted here.
    pub logs: SignalReport,
    /// Collections of all metrics, one each interval and one at the end.
    pub metrics: SignalReport,
}

/// One signal's end and balance, over the life of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignalReport {
    /// How the last flush ended.
    pub outcome: Outcome,
    /// Spans, records or collections that the collector accepted.
    pub delivered: u64,
    /// Those that it never got, by what became of them.
    pub losses: Losses,
}

/// Spans, records or collections that never arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Losses {
    /// The queue was full, or telemetry had been shut down already.
    pub dropped: u64,
    /// The collector could not be reached, refused the batch, or rejected a part of it.
    pub failed: u64,
    /// The export took too long, or the deadline of the shutdown passed while they waited.
    pub timed_out: u64,
    /// Spans that were still open.
    pub unended: u64,
}

/// How a flush ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All that was emitted was delivered, or nothing was.
    Flushed,
    /// Something was not delivered, and this is why.
    Failed(String),
    /// The deadline passed first.
    TimedOut,
}

impl Losses {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.dropped + self.failed + self.timed_out + self.unended
    }
}

impl Report {
    /// Whether anything was lost, or may have been.
    pub fn is_lossy(&self) -> bool {
        [&self.traces, &self.logs, &self.metrics]
            .iter()
            .any(|signal| signal.losses.total() > 0 || signal.outcome != Outcome::Flushed)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "traces {}; logs {}; metrics {}", self.traces, self.logs, self.metrics)
    }
}

impl fmt::Display for SignalReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { outcome, delivered, losses } = self;
        match outcome {
            Outcome::Flushed => write!(formatter, "flushed")?,
            Outcome::Failed(reason) => write!(formatter, "failed ({reason})")?,
            Outcome::TimedOut => write!(formatter, "timed out")?,
        }
        write!(formatter, ", {delivered} delivered, {losses}")
    }
}

/// `3 lost (1 dropped, 2 failed)`; what is nothing is not said.
impl fmt::Display for Losses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} lost", self.total())?;
        let reasons = [
            (self.dropped, "dropped"),
            (self.failed, "failed"),
            (self.timed_out, "timed out"),
            (self.unended, "not ended"),
        ];
        let mut before = " (";
        for (count, reason) in reasons.into_iter().filter(|(count, _)| *count > 0) {
            write!(formatter, "{before}{count} {reason}")?;
            before = ", ";
        }
        if self.total() > 0 { write!(formatter, ")") } else { Ok(()) }
    }
}
