//! Two customers order at the same time, and one order is found inside the other.

use tracing::{info_span, instrument};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

#[allow(clippy::await_holding_invalid_type, reason = "it is the mistake")]
async fn place_order() {
    // The guard makes the span current on this thread, also while this task waits and another one runs.
    let _entered = info_span!("place order").entered();
    reserve_stock().await;
}

#[instrument]
async fn reserve_stock() {
    tokio::task::yield_now().await;
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry().with(pitfalls::spans_layer(&provider)).init();
    tokio::join!(place_order(), place_order());
    provider.shutdown()?;
    Ok(())
}
