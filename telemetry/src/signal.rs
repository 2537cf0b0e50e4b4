//! The three signals, as the variables call them, and where each goes.

use std::fmt;

use crate::environment::{Environment, effective_settings::Setting};

#[derive(Debug, Clone, Copy)]
pub(crate) struct Signal {
    /// `TRACES`, `METRICS`, `LOGS`.
    pub variable: &'static str,
    /// Where it goes over HTTP.
    pub path: &'static str,
    setting: Setting,
}

pub(crate) const TRACES: Signal = Signal { variable: "TRACES", path: "/v1/traces", setting: Setting::Traces };
pub(crate) const METRICS: Signal =
    Signal { variable: "METRICS", path: "/v1/metrics", setting: Setting::Metrics };
pub(crate) const LOGS: Signal = Signal { variable: "LOGS", path: "/v1/logs", setting: Setting::Logs };

impl Signal {
    /// The signal's own variable and the general one, in the order in which they win.
    pub(crate) fn otlp_variables(self, name: &str) -> [String; 2] {
        [format!("OTEL_EXPORTER_OTLP_{}_{name}", self.variable), format!("OTEL_EXPORTER_OTLP_{name}")]
    }

    /// For the line at the start.
    pub(crate) fn applied(self, environment: &mut Environment, text: impl fmt::Display) {
        environment.applied(self.setting, text.to_string());
    }
}

/// `OTEL_{SIGNAL}_EXPORTER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Destination {
    Otlp,
    /// Lines of JSON on standard output.
    Console,
    None,
}

impl Destination {
    /// Other destinations than OTLP have no settings: their names are all that the line at the start says.
    pub(crate) fn of(signal: Signal, environment: &mut Environment) -> Self {
        let name = format!("OTEL_{}_EXPORTER", signal.variable);
        let destination = match environment.choice(&[&name], &["otlp", "console", "none"], "otlp") {
            "otlp" => return Self::Otlp,
            "console" => Self::Console,
            _ => Self::None,
        };
        signal.applied(environment, if destination == Self::Console { "console" } else { "none" });
        destination
    }
}
