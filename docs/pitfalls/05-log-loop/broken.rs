//! Logs one line, and then the sending of it, and then the sending of that.

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::LogExporter;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use tracing_subscriber::{layer::SubscriberExt, util::SubscriberInitExt};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let exporter = LogExporter::builder().with_tonic().build()?;
    let provider = SdkLoggerProvider::builder().with_batch_exporter(exporter).build();
    let bridge = OpenTelemetryTracingBridge::new(&provider);
    tracing_subscriber::registry().with(bridge).init();

    tracing::info!("the shop is open");
    // Two batches, as they would leave within two seconds.
    provider.force_flush()?;
    provider.force_flush()?;
    provider.shutdown()?;
    Ok(())
}
