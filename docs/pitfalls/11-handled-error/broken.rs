//! The cache is away, the price comes from the table, all is well; and the span is red.

use tracing::{error, instrument};
use tracing_subscriber::{fmt, layer::SubscriberExt, util::SubscriberInitExt};

#[instrument]
fn price() -> u32 {
    cached_price().unwrap_or_else(|reason| {
        // Any `error!` sets the status of the span around it, and becomes an event of it.
        error!(reason, "no cache: reading the table");
        290
    })
}

fn cached_price() -> Result<u32, &'static str> {
    Err("connection refused")
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry().with(pitfalls::spans_layer(&provider)).with(fmt::layer()).init();
    price();
    provider.shutdown()?;
    Ok(())
}
