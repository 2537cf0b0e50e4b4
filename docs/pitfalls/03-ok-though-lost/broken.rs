//! Says that all is well when nothing was delivered.
#![allow(clippy::print_stdout, reason = "what it says is what it is about")]

use opentelemetry::trace::{Tracer, TracerProvider};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    let tracer = provider.tracer("shop");
    for _ in 0..10 {
        tracer.in_span("place order", |_| {});
    }
    // Ok means that the processor has stopped. What became of its last batch is not told.
    provider.shutdown()?;
    println!("lost 0 of 10 spans");
    Ok(())
}
