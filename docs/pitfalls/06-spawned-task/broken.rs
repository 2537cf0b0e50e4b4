//! The order is one trace, and the e-mail about it another.

use tracing::instrument;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

#[instrument]
#[allow(clippy::disallowed_methods, reason = "it is the mistake")]
async fn place_order() -> anyhow::Result<()> {
    // A task begins with nothing: neither the current span nor baggage comes along.
    tokio::spawn(send_email()).await?;
    Ok(())
}

#[instrument]
async fn send_email() {}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry().with(pitfalls::spans_layer(&provider)).init();
    place_order().await?;
    provider.shutdown()?;
    Ok(())
}
