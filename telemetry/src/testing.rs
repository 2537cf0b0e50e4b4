//! For tests. Whoever has a [`Telemetry`] handle from a [`Recorder`] looks at spans and metrics in
//! memory ([`assert_span`], [`tree`]); whoever tests a whole process lets it export to a [`Collector`];
//! what either has got is held against the [`conventions`]. No global is touched and no subscriber
//! installed unless [`Logs`] or [`Recorder::capture_logs`] are asked for, so any number of tests run
//! side by side.

pub mod conventions;
mod collector;
mod expectation;
mod export;
mod logs;
mod points;
mod measured;
mod received;
mod tree;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub use opentelemetry::trace::SpanKind;
use opentelemetry::{Context, propagation::TextMapPropagator};
pub use opentelemetry_proto::tonic as otlp;
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    logs::{InMemoryLogExporter, SdkLoggerProvider},
    metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider},
    trace::{Sampler, SdkTracerProvider, Span, SpanProcessor},
};
pub use opentelemetry_sdk::{metrics::data::ResourceMetrics, trace::SpanData};
use tokio::sync::watch;

pub use collector::{Answer, Collector};
pub use expectation::{ExpectedSpan, assert_span, span};
pub use logs::Logs;
pub use measured::Measured;
pub use received::{Exported, Headers, Received, body, text};
pub use tree::tree;

use crate::{
    Service, Telemetry,
    environment::Environment,
    handle::Inner,
    logs::{event_name::EventNames, filter::LogFilter},
    metrics::{
        exemplars::{ExemplarFilter, Exemplars},
        meters::Meters,
    },
    propagation, resource,
};

/// Only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Holds what one handle recorded.
#[derive(Clone)]
pub struct Recorder {
    spans: Finished,
    meters: Meters,
    metrics: InMemoryMetricExporter,
    loggers: SdkLoggerProvider,
    logs: InMemoryLogExporter,
    resource: Resource,
}

impl Recorder {
    /// A handle as `init` makes one, without a way out, and what it records. The propagators are W3C
    /// trace context and baggage whatever the environment says.
    #[allow(clippy::new_ret_no_self, reason = "a handle without its recorder, or the reverse, is of no use")]
    pub fn new(service: Service) -> (Telemetry, Recorder) {
        let environment = &mut Environment::from_variables([]);
        let propagator = propagation::from_environment(environment);
        Self::build(service, propagator)
    }

    /// As [`new`](Self::new) with a propagator of the test's own: one that injects nothing cuts the trace.
    pub fn with_propagator(
        service: Service,
        propagator: impl TextMapPropagator + Send + Sync + 'static,
    ) -> (Telemetry, Recorder) {
        Self::build(service, Arc::new(propagator))
    }

    fn build(service: Service, propagator: propagation::Propagator) -> (Telemetry, Recorder) {
        let resource = resource::resource(service, &mut Environment::from_variables([]));
        let spans = Finished::default();
        let tracers = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_sampler(Sampler::ParentBased(Box::new(Sampler::AlwaysOn)))
            .with_span_processor(spans.clone())
            .build();
        let metrics = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(metrics.clone()).build();
        let meters = SdkMeterProvider::builder().with_resource(resource.clone()).with_reader(reader).build();
        let meters = Meters::new(meters, Exemplars::new(ExemplarFilter::TraceBased, false));
        let inner = Inner {
            tracers,
            meters: meters.clone(),
            propagator,
            enabled: true,
            log_filter: LogFilter::none(),
        };
        let logs = InMemoryLogExporter::default();
        let loggers = SdkLoggerProvider::builder()
            .with_log_processor(EventNames)
            .with_simple_exporter(logs.clone())
            .build();
        let recorder = Recorder { spans, meters, metrics, loggers, logs, resource };
        (Telemetry { inner: Arc::new(inner) }, recorder)
    }

    /// The spans that have ended, in the order of their ends.
    pub fn spans(&self) -> Vec<SpanData> {
        self.spans.read(<[SpanData]>::to_vec)
    }

    /// Waits until `predicate` holds for the spans that have ended, and returns them.
    ///
    /// # Panics
    /// When it does not come to that in a minute, which is long for a span: the message shows what had
    /// ended by then as a [`tree`].
    pub async fn wait_for(&self, predicate: impl Fn(&[SpanData]) -> bool) -> Vec<SpanData> {
        match tokio::time::timeout(PATIENCE, self.come_to(predicate)).await {
            Ok(spans) => spans,
            Err(_) => panic!("waited for spans in vain. Recorded:\n{}", tree(&self.spans())),
        }
    }

    async fn come_to(&self, predicate: impl Fn(&[SpanData]) -> bool) -> Vec<SpanData> {
        let mut count = self.spans.count.subscribe();
        loop {
            count.borrow_and_update();
            if let Some(spans) = self.spans.read(|spans| predicate(spans).then(|| spans.to_vec())) {
                return spans;
            }
            // The sender lives as long as this recorder.
            let _ = count.changed().await;
        }
    }

    /// Collects all metrics now and returns this and every earlier collection, latest last.
    pub fn metrics(&self) -> Vec<ResourceMetrics> {
        let _ = self.meters.force_flush();
        self.metrics.get_finished_metrics().unwrap_or_default()
    }
}

/// Keeps spans when they end.
#[derive(Debug, Clone)]
struct Finished {
    spans: Arc<Mutex<Vec<SpanData>>>,
    count: Arc<watch::Sender<usize>>,
}

impl Default for Finished {
    fn default() -> Self {
        Self { spans: Arc::default(), count: Arc::new(watch::channel(0).0) }
    }
}

impl Finished {
    fn read<T>(&self, read: impl FnOnce(&[SpanData]) -> T) -> T {
        read(&self.spans.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SpanProcessor for Finished {
    fn on_start(&self, _span: &mut Span, _context: &Context) {}

    fn on_end(&self, span: SpanData) {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).push(span);
        self.count.send_modify(|count| *count += 1);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
