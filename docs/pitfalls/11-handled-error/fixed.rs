//! The cache is away, the price comes from the table, all is well; and the span says so.

use tracing::{error, instrument};
use tracing_subscriber::{Layer, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt};

#[instrument]
fn price() -> u32 {
    cached_price().unwrap_or_else(|reason| {
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
    // Spans go to the trace, events to the log: each thing once. What failed is said by the code that knows.
    let spans = pitfalls::spans_layer(&provider).with_filter(filter_fn(|metadata| !metadata.is_event()));
    tracing_subscriber::registry().with(spans).with(fmt::layer()).init();
    price();
    provider.shutdown()?;
    Ok(())
}
