//! A sale begins: ten thousand spans in the time of one export, and room for them.

use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_sdk::trace::{BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // As OTEL_BSP_MAX_QUEUE_SIZE: spans a second at the peak, times the seconds a slow collector takes.
    let room = BatchConfigBuilder::default().with_max_queue_size(16_384).build();
    let exporter = pitfalls::span_exporter()?;
    let processor = BatchSpanProcessor::builder(exporter).with_batch_config(room).build();
    let provider = SdkTracerProvider::builder().with_span_processor(processor).build();
    let tracer = provider.tracer("shop");
    for _ in 0..10_000 {
        tracer.in_span("place order", |_| {});
    }
    provider.shutdown()?;
    Ok(())
}
