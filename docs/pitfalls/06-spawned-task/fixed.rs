//! The order and the e-mail about it are one trace.

use tracing::{Instrument, instrument};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

#[instrument]
#[allow(clippy::disallowed_methods, reason = "the next word carries the span")]
async fn place_order() -> anyhow::Result<()> {
    tokio::spawn(send_email().in_current_span()).await?;
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
