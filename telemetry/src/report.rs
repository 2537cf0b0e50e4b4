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
    /// Those that it never got: the queue was full, an export failed, time ran out, or a span had
    /// not ended.
    pub lost: u64,
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

impl Report {
    /// Whether anything was lost, or may have been.
    pub fn is_lossy(&self) -> bool {
        [&self.traces, &self.logs, &self.metrics]
            .iter()
            .any(|signal| signal.lost > 0 || signal.outcome != Outcome::Flushed)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "traces {}; logs {}; metrics {}", self.traces, self.logs, self.metrics)
    }
}

impl fmt::Display for SignalReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { outcome, delivered, lost } = self;
        match outcome {
            Outcome::Flushed => write!(formatter, "flushed")?,
            Outcome::Failed(reason) => write!(formatter, "failed ({reason})")?,
            Outcome::TimedOut => write!(formatter, "timed out")?,
        }
        write!(formatter, ", {delivered} delivered, {lost} lost")
    }
}
