//! With `RUST_LOG=warn` there are fewer logs, and the same traces.

use tracing::instrument;
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

#[instrument]
fn place_order() {}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry()
        .with(pitfalls::spans_layer(&provider))
        // The level is the log's alone. How many traces are kept is for the sampler to say.
        .with(fmt::layer().with_filter(EnvFilter::from_default_env()))
        .init();
    for _ in 0..10 {
        place_order();
    }
    provider.shutdown()?;
    Ok(())
}
