//! A sale begins: ten thousand spans in the time of one export.

use opentelemetry::trace::{Tracer, TracerProvider};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // The queue holds 2,048 spans. What comes while it is full is dropped, and `shutdown` says Ok.
    let provider = pitfalls::tracer_provider()?;
    let tracer = provider.tracer("shop");
    for _ in 0..10_000 {
        tracer.in_span("place order", |_| {});
    }
    provider.shutdown()?;
    Ok(())
}
