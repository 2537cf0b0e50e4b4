//! Three orders wait in a queue and are settled as a batch, which has a link to each of them.

use opentelemetry::{
    Context,
    trace::{Link, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_sdk::trace::SdkTracer;

fn place_order(tracer: &SdkTracer) -> Context {
    Context::new().with_span(tracer.start("place order"))
}

fn settle(tracer: &SdkTracer, batch: &[Context]) {
    // Given at the start, not added later: only so does a sampler see them.
    let links = batch.iter().map(|order| Link::with_context(order.span().span_context().clone()));
    let span = tracer.span_builder("settle orders").with_links(links.collect());
    drop(span.start_with_context(tracer, &Context::new()));
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
