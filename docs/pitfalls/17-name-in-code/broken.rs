//! Its operators set `OTEL_SERVICE_NAME`, and it goes by another name.

use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // The builder has read the environment already. What is set on it afterwards wins.
    let resource = Resource::builder().with_service_name("shop").build();
    let exporter = pitfalls::span_exporter()?;
    let provider = SdkTracerProvider::builder().with_resource(resource).with_batch_exporter(exporter).build();
    provider.tracer("shop").in_span("place order", |_| {});
    provider.shutdown()?;
    Ok(())
}
