//! Two customers order at the same time, in two traces.

use tracing::{Instrument, info_span, instrument};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

async fn place_order() {
    // It is entered each time the future is polled, and left when the future waits; as by #[instrument].
    reserve_stock().instrument(info_span!("place order")).await;
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
