//! Ten orders, ten spans. None of them arrives.

use opentelemetry::{global, trace::Tracer};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // The global keeps the provider, and Rust drops no global when a process ends: nobody flushes the batch.
    global::set_tracer_provider(pitfalls::tracer_provider()?);
    let tracer = global::tracer("shop");
    for _ in 0..10 {
        tracer.in_span("place order", |_| {});
    }
    Ok(())
}
