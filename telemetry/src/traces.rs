//! Spans: from their beginning to the collector.

use std::{io, sync::Arc};

use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};

use crate::{
    baggage::BaggageAttributes,
    console::Console,
    environment::Environment,
    health::{operations::ExporterIdentity, started::CountedSampler},
    limits::BoundedSpans,
    otlp,
    pipelines::{batch_processor::BatchProcessor, batching::Batching},
    sampler,
    signal::{Destination, TRACES},
};

pub(crate) fn provider(
    resource: Resource,
    batching: &Batching<'_>,
    baggage: BaggageAttributes,
    environment: &mut Environment,
) -> io::Result<SdkTracerProvider> {
    let sampler = CountedSampler::new(sampler::from_environment(environment));
    sampler.observe(batching.meter, batching.balance);
    let builder = SdkTracerProvider::builder()
        .with_resource(resource.clone())
        .with_sampler(sampler)
        .with_span_limits(batching.limits.span)
        .with_span_processor(baggage);
    let processor = match Destination::of(TRACES, environment) {
        Destination::Otlp => match otlp::spans(environment) {
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
    Ok(match processor {
        Some(inner) => {
            let (length, cuts) = (batching.limits.span_value, batching.cuts.clone());
            builder.with_span_processor(BoundedSpans { inner, length, cuts })
        }
        None => builder,
    }
    .build())
}

fn ending_in<E: SpanExporter + 'static>(
    mut exporter: E,
    identity: ExporterIdentity,
    resource: &Resource,
    batching: &Batching<'_>,
    environment: &mut Environment,
) -> io::Result<BatchProcessor<SpanData>> {
    exporter.set_resource(resource);
    let exporter = Arc::new(exporter);
    batching.start(identity, environment, move |batch| {
        let exporter = Arc::clone(&exporter);
        async move { exporter.export(batch).await }
    })
}
