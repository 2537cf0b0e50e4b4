//! Metrics: collected every `OTEL_METRIC_EXPORT_INTERVAL` (60 s by default) and sent to the collector.

use std::sync::Arc;

use opentelemetry_sdk::{
    Resource,
    metrics::{PeriodicReader, SdkMeterProvider},
};
use tokio::runtime::Handle;

use crate::{delivery::Balance, environment::Environment, exporter::Exporter, otlp};

pub(crate) fn provider(
    resource: Resource,
    runtime: &Handle,
    balance: &Arc<Balance>,
    environment: &mut Environment,
) -> SdkMeterProvider {
    let builder = SdkMeterProvider::builder().with_resource(resource);
    if !otlp::is_exported(otlp::METRICS, environment) {
        return builder.build();
    }
    let Some(inner) = otlp::metrics(environment) else { return builder.build() };
    let exporter = Exporter { inner, runtime: runtime.clone(), balance: Arc::clone(balance) };
    builder.with_reader(PeriodicReader::builder(exporter).build()).build()
}
