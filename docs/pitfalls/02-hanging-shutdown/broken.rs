//! The shutdown waits for a thread that waits for the shutdown.

use opentelemetry::trace::{Tracer, TracerProvider};

// One thread for everything: a lambda, a command-line tool, and what `#[tokio::test]` has by default.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    let tracer = provider.tracer("shop");
    for _ in 0..10 {
        tracer.in_span("place order", |_| {});
    }
    // It blocks this thread until the batch is delivered; and this thread drives the connection.
    provider.shutdown()?;
    Ok(())
}
