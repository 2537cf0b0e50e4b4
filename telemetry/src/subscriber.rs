//! The process's `tracing` subscriber: events become logs, spans become spans.

use opentelemetry::trace::TracerProvider;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::trace::SdkTracer;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{LevelFilter, dynamic_filter_fn},
    layer::SubscriberExt,
    registry::LookupSpan,
    reload,
    util::SubscriberInitExt,
};

use crate::{
    environment::Environment,
    hop::instrumentation_scope,
    init::InitError,
    logs::{
        Events,
        filter::{self, LogFilter},
        line::{Format, Lines},
    },
    names,
    pipelines::{Pipelines, partial_success},
    stdout::Stdout,
    unrecorded::is_unrecorded,
};

pub(crate) fn install(
    pipelines: &Pipelines,
    stdout: Stdout,
    enabled: bool,
    environment: &mut Environment,
) -> Result<LogFilter, InitError> {
    let (filter, text) = log_filter(environment);
    let (filter, handle) = reload::Layer::new(filter);
    let lines = Lines { format: Format::from_environment(environment), stdout };
    let bridge = enabled.then(|| OpenTelemetryTracingBridge::new(&pipelines.loggers));
    let tracer = pipelines.tracers.tracer_with_scope(instrumentation_scope(names::SCOPE_INTERNAL));
    tracing_subscriber::registry()
        .with(Events { lines, bridge }.with_filter(filter))
        .with(partial_success::layer())
        .with(enabled.then(|| spans(tracer)))
        .try_init()?;
    Ok(LogFilter::new(handle, text))
}

/// `RUST_LOG`, or information and above.
fn log_filter(environment: &mut Environment) -> (EnvFilter, String) {
    let text = environment.get("RUST_LOG").unwrap_or(filter::DEFAULT).to_owned();
    match filter::parse(&text) {
        Ok(filter) => (filter, text),
        Err(error) => {
            environment.note(format!("RUST_LOG: {error}. `{}` is used", filter::DEFAULT));
            (EnvFilter::new(filter::DEFAULT), filter::DEFAULT.to_owned())
        }
    }
}

/// Spans alone: an event would become a span event besides a log, and an `error!` that was handled
/// would turn its span red. What the layer adds by itself (thread, busy and idle times, code
/// locations) costs more than it tells. The log filter has no say here: it would cut traces apart.
fn spans<S: Subscriber + for<'a> LookupSpan<'a>>(tracer: SdkTracer) -> impl Layer<S> {
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(dynamic_filter_fn(|metadata, _| {
            metadata.is_span()
                && *metadata.level() <= LevelFilter::INFO
                && !opentelemetry::Context::map_current(|context| {
                    context.is_telemetry_suppressed() || is_unrecorded(context)
                })
        }))
}
