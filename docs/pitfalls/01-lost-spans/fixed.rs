//! Ten orders, ten spans. `main` keeps a handle, and ends with it.

use opentelemetry::{global, trace::Tracer};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    global::set_tracer_provider(provider.clone());
    let tracer = global::tracer("shop");
    for _ in 0..10 {
        tracer.in_span("place order", |_| {});
    }
    provider.shutdown()?;
    Ok(())
}
