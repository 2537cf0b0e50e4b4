//! A download of three rows, whose span ends with the last of them.

use axum::{Router, body::Body, routing::get};
use futures_util::{StreamExt, stream};
use tracing::{Span, instrument};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

#[instrument]
async fn export_orders() -> Body {
    // The body owns the span: it is open until the body is sent, or dropped because the client went away.
    let span = Span::current();
    Body::from_stream(stream::iter(0..3).map(move |number| span.in_scope(|| read_row(number))))
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
