//! With `RUST_LOG=warn` there are fewer logs, and no traces at all.

use tracing::instrument;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

#[instrument]
fn place_order() {}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry()
        .with(pitfalls::spans_layer(&provider))
        .with(fmt::layer())
        // A filter among the layers decides for all of them: spans are of level INFO.
        .with(EnvFilter::from_default_env())
        .init();
    for _ in 0..10 {
        place_order();
    }
    provider.shutdown()?;
    Ok(())
}
