//! What the programs of the gallery have in common: the set-up that the exporter's documentation shows, to
//! `OTEL_EXPORTER_OTLP_ENDPOINT`, and a web server. None of the mistakes is in here.

use anyhow::Result;
use axum::Router;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{MetricExporter, SpanExporter};
use opentelemetry_sdk::{metrics::SdkMeterProvider, trace::SdkTracerProvider};
use tokio::net::TcpListener;
use tracing_subscriber::{Layer, Registry, filter::LevelFilter};

/// Exports spans in batches. To be called inside a tokio runtime, in which the exporter then works.
pub fn tracer_provider() -> Result<SdkTracerProvider> {
    Ok(SdkTracerProvider::builder().with_batch_exporter(span_exporter()?).build())
}

/// OTLP over gRPC.
pub fn span_exporter() -> Result<SpanExporter> {
    Ok(SpanExporter::builder().with_tonic().build()?)
}

/// Exports metrics once a minute, and at shutdown.
pub fn meter_provider() -> Result<SdkMeterProvider> {
    let exporter = MetricExporter::builder().with_tonic().build()?;
    Ok(SdkMeterProvider::builder().with_periodic_exporter(exporter).build())
}

/// Makes spans of `tracing` spans of `provider`, from level INFO on: below it are those of hyper and h2.
pub fn spans_layer(provider: &SdkTracerProvider) -> impl Layer<Registry> + use<> {
    tracing_opentelemetry::layer().with_tracer(provider.tracer("shop")).with_filter(LevelFilter::INFO)
}

/// Serves on a free port for as long as the program runs; where it can be reached.
#[allow(clippy::disallowed_methods, reason = "a server belongs to no trace")]
pub async fn serve(app: Router) -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(address)
}
