//! The way out: OTLP exporters and the runtime that drives them.

mod settings;
mod builders;
mod retry;
mod sender;
#[cfg(feature = "tls")]
mod tls;

use opentelemetry_otlp::{ExporterBuildError, LogExporter, SpanExporter};
use tokio::runtime::{Builder, Runtime};

use crate::{
    environment::{Environment, effective_settings::masked},
    otlp::{
        builders::Transport,
        settings::{OtlpSettings, default_endpoint},
    },
    signal::{LOGS, METRICS, Signal, TRACES},
};
pub(crate) use retry::with_retries;
pub(crate) use sender::MetricSender;

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

/// An exporter of spans, and the settings that were of use.
pub(crate) fn spans(environment: &mut Environment) -> Option<(SpanExporter, OtlpSettings)> {
    build(TRACES, environment, builders::spans)
}

/// As [`spans`].
pub(crate) fn logs(environment: &mut Environment) -> Option<(LogExporter, OtlpSettings)> {
    build(LOGS, environment, builders::logs)
}

/// Not the SDK's exporter, which takes no exemplars.
pub(crate) fn metrics(environment: &mut Environment) -> Option<MetricSender> {
    build(METRICS, environment, MetricSender::new).map(|(sender, _)| sender)
}

/// Builds an exporter from the environment. What it refuses is said, and the default address tried:
/// telemetry never stops a service from starting.
fn build<E>(
    signal: Signal,
    environment: &mut Environment,
    exporter: impl Fn(&OtlpSettings, Transport) -> Result<E, ExporterBuildError>,
) -> Option<(E, OtlpSettings)> {
    let mut settings = OtlpSettings::read(signal, environment);
    let Some(transport) = Transport::new(&settings, environment) else {
        // What was to be encrypted is not sent in the clear, not even to this machine.
        signal.applied(environment, "not exported");
        return None;
    };
    let built = match exporter(&settings, transport) {
        Ok(exporter) => Some(exporter),
        Err(error) if is_about_tls(&error) => {
            environment.note(format!("TLS to the collector: {error}. Nothing is exported"));
            None
        }
        Err(_) => {
            let default = default_endpoint(signal, settings.http);
            // What the SDK says of it would repeat the address, and the address may hold a secret.
            let (given, allowed) = (masked(&settings.endpoint), "an address that can be used");
            let consequence = format!("{} go to {default}", signal.variable);
            environment.warn("OTEL_EXPORTER_OTLP_ENDPOINT", &given, allowed, &consequence);
            settings.endpoint = default;
            Transport::new(&settings, environment).and_then(|plain| exporter(&settings, plain).ok())
        }
    };
    match &built {
        Some(_) => signal.applied(environment, &settings),
        None => signal.applied(environment, "not exported"),
    }
    built.map(|exporter| (exporter, settings))
}

/// The SDK tells what is wrong by the text alone.
fn is_about_tls(error: &ExporterBuildError) -> bool {
    matches!(error, ExporterBuildError::InvalidConfiguration(text) if text.starts_with("tls_config: "))
}
