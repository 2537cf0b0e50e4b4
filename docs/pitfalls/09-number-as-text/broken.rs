//! Who asks for `http.response.status_code >= 400` finds nothing: it is a text.

use http::StatusCode;
use tracing::{Span, field::Empty, instrument};
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

#[instrument(fields(http.response.status_code = Empty))]
fn show_order() -> StatusCode {
    let status = StatusCode::NOT_FOUND;
    // tracing-opentelemetry knows i64, not u64, which tracing makes of every unsigned number.
    Span::current().record("http.response.status_code", status.as_u16());
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
