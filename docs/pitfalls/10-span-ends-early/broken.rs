//! A download of three rows, whose span ends before the first of them.

use axum::{Router, body::Body, routing::get};
use futures_util::{StreamExt, stream};
use tracing::instrument;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

// The handler returns once it has promised a body. The body is read later, outside of its span.
#[instrument]
async fn export_orders() -> Body {
    Body::from_stream(stream::iter(0..3).map(read_row))
}

#[instrument]
fn read_row(number: i64) -> Result<String, std::fmt::Error> {
    Ok(format!("row {number}\n"))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry().with(pitfalls::spans_layer(&provider)).init();
    let address = pitfalls::serve(Router::new().route("/export", get(export_orders))).await?;
    reqwest::get(format!("{address}/export")).await?.bytes().await?;
    provider.shutdown()?;
    Ok(())
}
