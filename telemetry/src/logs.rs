//! Logs: from `tracing` events to standard output, and to the collector with the ids of the trace.

use std::sync::Arc;

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::{
    Resource,
    logs::{BatchConfigBuilder, BatchLogProcessor, SdkLogger, SdkLoggerProvider},
};
use tokio::runtime::Handle;
use tracing::{Event, Subscriber};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{
    delivery::{Balance, CountedLogs},
    environment::Environment,
    exporter::Exporter,
    log_line::Lines,
    otlp,
};

/// Records, the SDK's own default: a service logs far less than it traces.
const QUEUE: usize = 2_048;

/// What the exporters themselves log is never exported: one record would make the next, without end
/// (one event became 636,663 records in six seconds at level `trace`). `sqlx::query` repeats what
/// the spans of statements say. On standard output all of it is seen.
const NOT_EXPORTED: [&str; 6] = ["h2", "hyper", "opentelemetry", "sqlx::query", "tonic", "tower"];

pub(crate) fn provider(
    resource: Resource,
    runtime: &Handle,
    balance: &Arc<Balance>,
    environment: &mut Environment,
) -> SdkLoggerProvider {
    let builder = SdkLoggerProvider::builder().with_resource(resource);
    if !otlp::is_exported(otlp::LOGS, environment) {
        return builder.build();
    }
    let Some(inner) = otlp::logs(environment) else { return builder.build() };
    let exporter = Exporter { inner, runtime: runtime.clone(), balance: Arc::clone(balance) };
    let queue = environment.number("OTEL_BLRP_MAX_QUEUE_SIZE", QUEUE).max(1);
    let config = BatchConfigBuilder::default().with_max_queue_size(queue).build();
    let inner = BatchLogProcessor::builder(exporter).with_batch_config(config).build();
    builder.with_log_processor(CountedLogs { inner, balance: Arc::clone(balance) }).build()
}

/// Both ways of an event, under one filter.
pub(crate) struct Events {
    pub lines: Lines,
    /// `None` when the SDK is disabled.
    pub bridge: Option<OpenTelemetryTracingBridge<SdkLoggerProvider, SdkLogger>>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Events {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        self.lines.write(event);
        if let Some(bridge) = self.bridge.as_ref().filter(|_| is_exported(event.metadata().target())) {
            bridge.on_event(event, context);
        }
    }
}

/// A target belongs to a crate that is left out, or to one whose name begins alike: `hyper_util`,
/// `opentelemetry_sdk`, `opentelemetry-otlp`.
fn is_exported(target: &str) -> bool {
    !NOT_EXPORTED.iter().any(|crate_name| {
        target
            .strip_prefix(crate_name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '_', '-', '.']))
    })
}
