//! A server whose spans nobody recognizes as a server's.

use axum::{Router, routing::get};
use tracing::instrument;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

// The name is the function's, and the kind INTERNAL: a step inside of something.
#[instrument]
async fn show_order() -> &'static str {
    "two teas"
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry().with(pitfalls::spans_layer(&provider)).init();
    let address = pitfalls::serve(Router::new().route("/orders/{id}", get(show_order))).await?;
    reqwest::get(format!("{address}/orders/7")).await?;
    provider.shutdown()?;
    Ok(())
}
