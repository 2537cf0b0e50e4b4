//! Spans: from a processor with a large queue to the collector.

use std::{sync::Arc, time::Duration};

use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanExporter, TracerProviderBuilder},
};
use tokio::runtime::Handle;

use crate::{
    baggage::BaggageAttributes,
    console::Console,
    environment::Environment,
    limits::{BoundedSpans, Cuts, Limits},
    otlp,
    pipelines::{
        balance::{Balance, CountedSpans},
        batch_settings::BatchSettings,
        exporter::Exporter,
    },
    sampler,
    signal::{Destination, TRACES},
    stdout::Stdout,
};

/// The SDK allocates its queue whole, some 450 bytes a span, so a large one is paid for by a service at
/// rest. This one holds what a service makes in about a second at 4,000 spans a second; what does not
/// fit is counted. A busier service sets `OTEL_BSP_MAX_QUEUE_SIZE`.
const QUEUE: usize = 4_096;
const DELAY: Duration = Duration::from_secs(5);

pub(crate) fn provider(
    resource: Resource,
    runtime: &Handle,
    balance: &Arc<Balance>,
    limits: &Limits,
    stdout: &Stdout,
    baggage: BaggageAttributes,
    environment: &mut Environment,
) -> SdkTracerProvider {
    let builder = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(sampler::from_environment(environment))
        .with_span_limits(limits.span)
        .with_span_processor(baggage);
    let pipeline = Pipeline { runtime, balance, limits };
    match Destination::of(TRACES, environment) {
        Destination::Otlp => match otlp::spans(environment) {
            Some(exporter) => pipeline.ends_in(exporter, builder, environment),
            None => builder,
        },
        Destination::Console => {
            TRACES.applied(environment, "console");
            pipeline.ends_in(Console(stdout.clone()), builder, environment)
        }
        Destination::None => {
            TRACES.applied(environment, "none");
            builder
        }
    }
    .build()
}

/// What a span goes through on its way to any exporter.
struct Pipeline<'a> {
    runtime: &'a Handle,
    balance: &'a Arc<Balance>,
    limits: &'a Limits,
}

impl Pipeline<'_> {
    fn ends_in<E: SpanExporter + 'static>(
        &self,
        exporter: E,
        builder: TracerProviderBuilder,
        environment: &mut Environment,
    ) -> TracerProviderBuilder {
        let batch = BatchSettings::read("OTEL_BSP", QUEUE, DELAY, environment);
        TRACES.applied(environment, batch);
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
        let inner = BatchSpanProcessor::builder(exporter).with_batch_config(config).build();
        let inner = CountedSpans { inner, balance: Arc::clone(balance) };
        builder.with_span_processor(BoundedSpans { inner, length: self.limits.span_value, cuts })
    }
}
