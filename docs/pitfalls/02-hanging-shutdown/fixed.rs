//! The shutdown waits on a thread of its own.

use opentelemetry::trace::{Tracer, TracerProvider};

#[tokio::main(flavor = "current_thread")]
#[allow(clippy::disallowed_methods, reason = "a shutdown belongs to no trace")]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    let tracer = provider.tracer("shop");
    for _ in 0..10 {
        tracer.in_span("place order", |_| {});
    }
    tokio::task::spawn_blocking(move || provider.shutdown()).await??;
    Ok(())
}
