//! The status is a number in the trace, as it is in the code.

use http::StatusCode;
use tracing::{Span, field::Empty, instrument};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

#[instrument(fields(http.response.status_code = Empty))]
fn show_order() -> StatusCode {
    let status = StatusCode::NOT_FOUND;
    Span::current().record("http.response.status_code", i64::from(status.as_u16()));
    status
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    tracing_subscriber::registry().with(pitfalls::spans_layer(&provider)).init();
    show_order();
    provider.shutdown()?;
    Ok(())
}
