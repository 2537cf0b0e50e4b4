//! Spans: from a processor with a large queue to the collector.

use std::sync::Arc;

use opentelemetry_sdk::{
    Resource,
    trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider},
};
use tokio::runtime::Handle;

use crate::{
    baggage::BaggageAttributes,
    delivery::{Balance, CountedSpans},
    environment::Environment,
    exporter::Exporter,
    otlp,
};

/// The SDK allocates its queue whole, some 450 bytes a span, so a large one is paid for by a service at
/// rest. This one holds what a service makes in about a second at 4,000 spans a second; what does not
/// fit is counted. A busier service sets `OTEL_BSP_MAX_QUEUE_SIZE`.
const QUEUE: usize = 4_096;

/// The sampler is the SDK's: `OTEL_TRACES_SAMPLER`, by default `parentbased_always_on`.
pub(crate) fn provider(
    resource: Resource,
    runtime: &Handle,
    balance: &Arc<Balance>,
    baggage: BaggageAttributes,
    environment: &mut Environment,
) -> SdkTracerProvider {
    let builder = SdkTracerProvider::builder().with_resource(resource).with_span_processor(baggage);
    if !otlp::is_exported(otlp::TRACES, environment) {
        return builder.build();
    }
    let Some(inner) = otlp::spans(environment) else { return builder.build() };
    let exporter = Exporter { inner, runtime: runtime.clone(), balance: Arc::clone(balance) };
    // The SDK reads the other OTEL_BSP_* by itself.
    let queue = environment.number("OTEL_BSP_MAX_QUEUE_SIZE", QUEUE).max(1);
    let config = BatchConfigBuilder::default().with_max_queue_size(queue).build();
    let inner = BatchSpanProcessor::builder(exporter).with_batch_config(config).build();
    builder.with_span_processor(CountedSpans { inner, balance: Arc::clone(balance) }).build()
}
