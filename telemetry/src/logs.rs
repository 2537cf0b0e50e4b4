//! Logs: from `tracing` events to standard output, and to the collector with the ids of the trace.

pub(crate) mod filter;
pub(crate) mod line;

pub use filter::LogFilterError;

use std::{sync::Arc, time::Duration};

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::{
    Resource,
    logs::{
        BatchConfigBuilder, BatchLogProcessor, LogExporter, LoggerProviderBuilder, SdkLogger,
        SdkLoggerProvider,
    },
};
use tokio::runtime::Handle;
use tracing::{Event, Subscriber};
use tracing_subscriber::{Layer, layer::Context, registry::LookupSpan};

use crate::{
    console::Console,
    environment::Environment,
    limits::{Cuts, Limits, LogLimits},
    logs::line::Lines,
    otlp,
    pipelines::{
        balance::{Balance, CountedLogs},
        batch_settings::BatchSettings,
        exporter::Exporter,
    },
    signal::{Destination, LOGS},
    stdout::Stdout,
};

/// Records, the SDK's own default: a service logs far less than it traces.
const QUEUE: usize = 2_048;
const DELAY: Duration = Duration::from_secs(1);

/// What the exporters themselves log is never exported: one record would make the next, without end
/// (one event became 636,663 records in six seconds at level `trace`). `sqlx::query` repeats what
/// the spans of statements say. On standard output all of it is seen.
const NOT_EXPORTED: [&str; 6] = ["h2", "hyper", "opentelemetry", "sqlx::query", "tonic", "tower"];

pub(crate) fn provider(
    resource: Resource,
    runtime: &Handle,
    balance: &Arc<Balance>,
    limits: &Limits,
    stdout: &Stdout,
    environment: &mut Environment,
) -> SdkLoggerProvider {
    let builder = SdkLoggerProvider::builder().with_resource(resource);
    let pipeline = Pipeline { runtime, balance, limits };
    match Destination::of(LOGS, environment) {
        Destination::Otlp => match otlp::logs(environment) {
            Some(exporter) => pipeline.ends_in(exporter, builder, environment),
            None => builder,
        },
        Destination::Console => {
            LOGS.applied(environment, "console");
            pipeline.ends_in(Console(stdout.clone()), builder, environment)
        }
        Destination::None => {
            LOGS.applied(environment, "none");
            builder
        }
    }
    .build()
}

/// What a record goes through on its way to any exporter.
struct Pipeline<'a> {
    runtime: &'a Handle,
    balance: &'a Arc<Balance>,
    limits: &'a Limits,
}

impl Pipeline<'_> {
    fn ends_in<E: LogExporter + 'static>(
        &self,
        exporter: E,
        builder: LoggerProviderBuilder,
        environment: &mut Environment,
    ) -> LoggerProviderBuilder {
        let batch = BatchSettings::read("OTEL_BLRP", QUEUE, DELAY, environment);
        LOGS.applied(environment, batch);
        let (cuts, balance) = (Cuts::default(), self.balance);
        let exporter = Exporter {
            inner: exporter,
            runtime: self.runtime.clone(),
            balance: Arc::clone(balance),
            timeout: batch.timeout,
            cuts: cuts.clone(),
        };
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(batch.queue)
            .with_max_export_batch_size(batch.batch)
            .with_scheduled_delay(batch.delay)
            .build();
        let inner = BatchLogProcessor::builder(exporter).with_batch_config(config).build();
        // In this order: a processor hands a record on as it leaves it.
        builder
            .with_log_processor(LogLimits::new(self.limits, cuts))
            .with_log_processor(CountedLogs { inner, balance: Arc::clone(balance) })
    }
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
