//! Logs one line. What the exporter is made of may log too, but not to the exporter.

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_otlp::LogExporter;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let exporter = LogExporter::builder().with_tonic().build()?;
    let provider = SdkLoggerProvider::builder().with_batch_exporter(exporter).build();
    let not_the_exporter = "trace,h2=off,hyper=off,hyper_util=off,tonic=off,tower=off,opentelemetry=off";
    let bridge = OpenTelemetryTracingBridge::new(&provider).with_filter(EnvFilter::new(not_the_exporter));
    tracing_subscriber::registry().with(bridge).init();

    tracing::info!("the shop is open");
    // Two batches, as they would leave within two seconds.
    provider.force_flush()?;
    provider.force_flush()?;
    provider.shutdown()?;
    Ok(())
}
