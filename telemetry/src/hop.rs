//! One operation at an edge: a span and a measurement of its duration that agree, because both are
//! written by the same [`Hop::finish`].

mod end;

use std::time::{Instant, SystemTime};

use opentelemetry::{
    Context, InstrumentationScope, KeyValue,
    metrics::{Histogram, Meter, MeterProvider},
    trace::{SpanBuilder, Status, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_sdk::trace::SdkTracer;

pub(crate) use end::{End, Failure};

use crate::{handle::Inner, names, unrecorded::is_unrecorded};

/// The metric of a kind of hop: its name, its bucket boundaries in seconds.
pub(crate) struct Duration {
    pub name: &'static str,
    pub description: &'static str,
    pub buckets: &'static [f64],
}

/// A kind of hop: its scope, its tracer and its duration metric.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    tracer: Option<SdkTracer>,
    meter: Meter,
    duration: Histogram<f64>,
}

impl Edge {
    pub(crate) fn new(telemetry: &Inner, scope: &'static str, duration: &Duration) -> Self {
        let scope = instrumentation_scope(scope);
        let meter = telemetry.meters.meter_with_scope(scope.clone());
        let histogram = meter
            .f64_histogram(duration.name)
            .with_unit("s")
            .with_description(duration.description)
            .with_boundaries(duration.buckets.to_vec())
            .build();
        let tracer = telemetry.enabled.then(|| telemetry.tracers.tracer_with_scope(scope));
        Self { tracer, meter, duration: histogram }
    }

    /// For further instruments of the same scope.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Starts a span under `parent`. `labels` are the attributes of the metric that are known now;
    /// `builder` must have all that samplers decide on.
    pub(crate) fn start(&self, parent: &Context, builder: SpanBuilder, labels: Vec<KeyValue>) -> Hop {
        self.begin(Instant::now(), parent, builder, labels)
    }

    /// An operation that is under way since `started`: what it was is known only now.
    pub(crate) fn start_since(
        &self,
        started: Instant,
        parent: &Context,
        builder: SpanBuilder,
        labels: Vec<KeyValue>,
    ) -> Hop {
        let builder = builder.with_start_time(SystemTime::now() - started.elapsed());
        self.begin(started, parent, builder, labels)
    }

    fn begin(&self, started: Instant, parent: &Context, builder: SpanBuilder, labels: Vec<KeyValue>) -> Hop {
        let tracer = self.tracer.as_ref().filter(|_| !is_unrecorded(parent));
        let (context, own) = match tracer {
            Some(tracer) => (parent.with_span(tracer.build_with_context(builder, parent)), true),
            // The caller's span stays current, so that a context passes through a process that
            // records nothing.
            None => (parent.clone(), false),
        };
        let running = Running { context, own, started, duration: self.duration.clone(), labels };
        Hop { running: Some(running) }
    }
}

/// The scope of one hop, with the version of this crate and the schema of its names.
pub(crate) fn instrumentation_scope(name: &'static str) -> InstrumentationScope {
    InstrumentationScope::builder(name)
        .with_version(env!("CARGO_PKG_VERSION"))
        .with_schema_url(names::SCHEMA_URL)
        .build()
}

struct Running {
    context: Context,
    own: bool,
    started: Instant,
    duration: Histogram<f64>,
    labels: Vec<KeyValue>,
}

/// A started operation. Dropped without [`finish`](Hop::finish), it was cancelled: the span ends and
/// the duration counts, but that is nobody's error.
pub(crate) struct Hop {
    running: Option<Running>,
}

impl Hop {
    /// The context to run the operation in and to inject into what it sends.
    pub(crate) fn context(&self) -> Context {
        self.running.as_ref().map_or_else(Context::current, |running| running.context.clone())
    }

    /// An attribute of the span that is known only while the operation runs.
    pub(crate) fn note(&self, attribute: KeyValue) {
        if let Some(running) = self.running.as_ref().filter(|running| running.own) {
            running.context.span().set_attribute(attribute);
        }
    }

    /// Ends the span and records the duration. Does nothing the second time.
    pub(crate) fn finish(&mut self, end: End) {
        let Some(running) = self.running.take() else { return };
        running.record(end);
    }

    /// Ends an operation that did not come to its end: cancelled, or struck by a panic.
    pub(crate) fn interrupt(&mut self, mut end: End) {
        if std::thread::panicking() {
            end = end.with_error("panic", "");
        } else {
            end.attributes.push(KeyValue::new(names::CANCELLED, true));
        }
        self.finish(end);
    }
}

impl Running {
    fn record(mut self, end: End) {
        self.labels.extend(end.labels.iter().cloned());
        if let Some(failure) = &end.error {
            self.labels.push(KeyValue::new(names::ERROR_TYPE, failure.error_type.clone()));
        }
        self.measure();
        if self.own {
            let span = self.context.span();
            if span.is_recording() {
                span.set_attributes(end.labels.into_iter().chain(end.attributes));
                if let Some(Failure { error_type, description }) = end.error {
                    span.set_attribute(KeyValue::new(names::ERROR_TYPE, error_type));
                    span.set_status(Status::Error { description });
                }
            }
            span.end();
        }
    }

    /// Before the span ends: whoever sees the span finds its measurement.
    fn measure(&self) {
        let elapsed = self.started.elapsed().as_secs_f64();
        // The duration's exemplar is this operation, which is not current any more. Where nothing is
        // sampled there is none, and nothing to pay.
        let is_sampled = self.context.span().span_context().is_sampled();
        let _current = is_sampled.then(|| self.context.clone().attach());
        self.duration.record(elapsed, &self.labels);
    }
}

impl Drop for Hop {
    fn drop(&mut self) {
        self.interrupt(End::default());
    }
}
