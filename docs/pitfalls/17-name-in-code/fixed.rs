//! It has a name, and its operators can give it another.

use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let name = std::env::var("OTEL_SERVICE_NAME").unwrap_or_else(|_| "shop".to_owned());
    let resource = Resource::builder().with_service_name(name).build();
    let exporter = pitfalls::span_exporter()?;
    let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
    provider.tracer("shop").in_span("place order", |_| {});
    provider.shutdown()?;
    Ok(())
}
