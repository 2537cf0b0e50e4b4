//! Three orders wait in a queue and are settled as a batch, in the trace of whoever came first.

use opentelemetry::{
    Context,
    trace::{TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_sdk::trace::SdkTracer;

fn place_order(tracer: &SdkTracer) -> Context {
    Context::new().with_span(tracer.start("place order"))
}

fn settle(tracer: &SdkTracer, batch: &[Context]) {
    // A span has one parent. The other orders' traces end in the queue.
    let parent = batch.first().cloned().unwrap_or_default();
    drop(tracer.start_with_context("settle orders", &parent));
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    let tracer = provider.tracer("shop");
    let queue = [place_order(&tracer), place_order(&tracer), place_order(&tracer)];
    settle(&tracer, &queue);
    drop(queue);
    provider.shutdown()?;
    Ok(())
}
