//! The way out: OTLP exporters and the runtime that drives them.

use opentelemetry_otlp::{ExporterBuildError, LogExporter, MetricExporter, SpanExporter, WithExportConfig};
use tokio::runtime::{Builder, Runtime};

use crate::environment::Environment;

/// A runtime of its own, on one thread: a busy service cannot starve its exports, and a shutdown
/// from inside the service's runtime cannot wait for itself (upstream issue 2715). What happens on
/// it is not recorded, or exporting would make telemetry to export, without end.
pub(crate) fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(2)
        .thread_name("telemetry-otlp")
        .enable_all()
        .on_thread_start(|| {
            // The guard lives as long as the thread; dropping it would end the suppression.
            std::mem::forget(opentelemetry::Context::enter_telemetry_suppressed_scope());
        })
        .build()
}

/// One of the three signals, as the variables call it.
#[derive(Clone, Copy)]
pub(crate) struct Signal {
    /// `TRACES`, `METRICS`, `LOGS`.
    variable: &'static str,
    /// Where it goes over HTTP.
    path: &'static str,
}

pub(crate) const TRACES: Signal = Signal { variable: "TRACES", path: "/v1/traces" };
pub(crate) const METRICS: Signal = Signal { variable: "METRICS", path: "/v1/metrics" };
pub(crate) const LOGS: Signal = Signal { variable: "LOGS", path: "/v1/logs" };

/// Whether a signal is exported: `OTEL_{SIGNAL}_EXPORTER=otlp|none`.
pub(crate) fn is_exported(signal: Signal, environment: &mut Environment) -> bool {
    let name = format!("OTEL_{}_EXPORTER", signal.variable);
    environment.choice(&[&name], &["otlp", "none"], "otlp") == "otlp"
}

pub(crate) fn spans(environment: &mut Environment) -> Option<SpanExporter> {
    build(TRACES, environment, |endpoint, http| {
        let builder = SpanExporter::builder();
        match (http, endpoint) {
            (true, None) => builder.with_http().build(),
            (true, Some(endpoint)) => builder.with_http().with_endpoint(endpoint).build(),
            (false, None) => builder.with_tonic().build(),
            (false, Some(endpoint)) => builder.with_tonic().with_endpoint(endpoint).build(),
        }
    })
}

pub(crate) fn logs(environment: &mut Environment) -> Option<LogExporter> {
    build(LOGS, environment, |endpoint, http| {
        let builder = LogExporter::builder();
        match (http, endpoint) {
            (true, None) => builder.with_http().build(),
            (true, Some(endpoint)) => builder.with_http().with_endpoint(endpoint).build(),
            (false, None) => builder.with_tonic().build(),
            (false, Some(endpoint)) => builder.with_tonic().with_endpoint(endpoint).build(),
        }
    })
}

pub(crate) fn metrics(environment: &mut Environment) -> Option<MetricExporter> {
    build(METRICS, environment, |endpoint, http| {
        let builder = MetricExporter::builder();
        match (http, endpoint) {
            (true, None) => builder.with_http().build(),
            (true, Some(endpoint)) => builder.with_http().with_endpoint(endpoint).build(),
            (false, None) => builder.with_tonic().build(),
            (false, Some(endpoint)) => builder.with_tonic().with_endpoint(endpoint).build(),
        }
    })
}

/// Builds an exporter from the environment. What it refuses is said, and the default address tried:
/// telemetry never stops a service from starting.
fn build<E>(
    signal: Signal,
    environment: &mut Environment,
    exporter: impl Fn(Option<String>, bool) -> Result<E, ExporterBuildError>,
) -> Option<E> {
    let http = is_http(signal, environment);
    let default = default_endpoint(signal, http);
    let configured = is_configured(signal, environment);
    match exporter((!configured).then(|| default.clone()), http) {
        Ok(exporter) => Some(exporter),
        Err(error) => {
            environment.note(format!("OTEL_EXPORTER_OTLP_*: {error}. {} go to {default}", signal.variable));
            let retried = exporter(Some(default), http);
            retried
                .map_err(|error| environment.note(format!("{} are not exported: {error}", signal.variable)))
                .ok()
        }
    }
}

fn is_http(signal: Signal, environment: &mut Environment) -> bool {
    let own = format!("OTEL_EXPORTER_OTLP_{}_PROTOCOL", signal.variable);
    environment.choice(&[&own, "OTEL_EXPORTER_OTLP_PROTOCOL"], &["grpc", "http/protobuf"], "grpc")
        == "http/protobuf"
}

fn is_configured(signal: Signal, environment: &Environment) -> bool {
    let own = format!("OTEL_EXPORTER_OTLP_{}_ENDPOINT", signal.variable);
    environment.get(&own).or_else(|| environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")).is_some()
}

/// An address, not `localhost`, which a collector that listens on IPv4 alone may not be reached by.
fn default_endpoint(signal: Signal, http: bool) -> String {
    if http { format!("http://127.0.0.1:4318{}", signal.path) } else { "http://127.0.0.1:4317".to_owned() }
}
