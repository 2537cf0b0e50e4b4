//! Logs: from `tracing` events to standard output, and to the collector with the ids of the trace.

pub(crate) mod event_name;
pub(crate) mod filter;
pub(crate) mod line;

pub use filter::LogFilterError;

use std::{io, sync::Arc};

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::{
    Resource,
    logs::{LogBatch, LogExporter, SdkLogger, SdkLoggerProvider},
};
use tracing::{Event, Subscriber};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{
    console::Console,
    environment::Environment,
    health::{self, operations::ExporterIdentity},
    limits::LogLimits,
    logs::{event_name::EventNames, line::Lines},
    otlp,
    pipelines::{
        batch_processor::{BatchProcessor, ScopedRecord},
        batching::Batching,
    },
    signal::{Destination, LOGS},
};

/// What the exporters themselves log is never exported: one record would make the next, without end
/// (one event became 636,663 records in six seconds at level `trace`). `sqlx::query` repeats what
/// the spans of statements say. On standard output all of it is seen.
const NOT_EXPORTED: [&str; 6] = ["h2", "hyper", "opentelemetry", "sqlx::query", "tonic", "tower"];

pub(crate) fn provider(
    resource: Resource,
    batching: &Batching<'_>,
    environment: &mut Environment,
) -> io::Result<SdkLoggerProvider> {
    let processor = match Destination::of(LOGS, environment) {
        Destination::Otlp => match otlp::logs(environment) {
            Some((exporter, settings)) => {
                let identity = settings.identity(batching.items.exporter);
                Some(ending_in(exporter, identity, &resource, batching, environment)?)
            }
            None => None,
        },
        Destination::Console => {
            let (exporter, identity) = (Console(batching.stdout.clone()), ExporterIdentity::console());
            Some(ending_in(exporter, identity, &resource, batching, environment)?)
        }
        Destination::None => None,
    };
    let builder = SdkLoggerProvider::builder().with_resource(resource);
    Ok(match processor {
        // In this order: a processor hands a record on as it leaves it.
        Some(batches) => builder
            .with_log_processor(EventNames)
            .with_log_processor(LogLimits::new(batching.limits, batching.cuts.clone()))
            .with_log_processor(batches),
        None => builder,
    }
    .build())
}

fn ending_in<E: LogExporter + 'static>(
    mut exporter: E,
    identity: ExporterIdentity,
    resource: &Resource,
    batching: &Batching<'_>,
    environment: &mut Environment,
) -> io::Result<BatchProcessor<ScopedRecord>> {
    health::observe_created(batching.meter, batching.items, batching.balance);
    exporter.set_resource(resource);
    let exporter = Arc::new(exporter);
    batching.start(identity, environment, move |batch: Vec<ScopedRecord>| {
        let exporter = Arc::clone(&exporter);
        async move {
            let batch: Vec<_> = batch.iter().map(|(record, scope)| (record, scope)).collect();
            exporter.export(LogBatch::new(&batch)).await
        }
    })
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
