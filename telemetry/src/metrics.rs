//! Metrics: collected every `OTEL_METRIC_EXPORT_INTERVAL` (60 s by default) and sent to the collector.

use std::{sync::Arc, time::Duration};

use opentelemetry_sdk::{
    Resource,
    metrics::{MeterProviderBuilder, PeriodicReader, SdkMeterProvider, exporter::PushMetricExporter},
};
use tokio::runtime::Handle;

use crate::{
    console::Console,
    environment::Environment,
    otlp,
    pipelines::{Balances, exporter::Exporter},
    signal::{Destination, METRICS},
    stdout::Stdout,
};

const INTERVAL: Duration = Duration::from_secs(60);
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) fn provider(
    resource: Resource,
    runtime: &Handle,
    balances: &Balances,
    stdout: &Stdout,
    environment: &mut Environment,
) -> SdkMeterProvider {
    let builder = SdkMeterProvider::builder().with_resource(resource);
    match Destination::of(METRICS, environment) {
        Destination::Otlp => match otlp::metrics(environment) {
            Some(exporter) => read_for(exporter, builder, runtime, balances, environment),
            None => builder,
        },
        Destination::Console => read_for(Console(stdout.clone()), builder, runtime, balances, environment),
        Destination::None => builder,
    }
    .build()
}

fn read_for<E: PushMetricExporter>(
    inner: E,
    builder: MeterProviderBuilder,
    runtime: &Handle,
    balances: &Balances,
    environment: &mut Environment,
) -> MeterProviderBuilder {
    let interval = environment.interval("OTEL_METRIC_EXPORT_INTERVAL", INTERVAL);
    let timeout = environment.timeout(&["OTEL_METRIC_EXPORT_TIMEOUT"], TIMEOUT);
    METRICS.applied(environment, format!("every {interval:?}, {timeout:?} for each"));
    let (balance, overflows) = (Arc::clone(&balances.metrics), balances.overflows.clone());
    let exporter = Exporter { inner, runtime: runtime.clone(), balance, timeout, overflows };
    builder.with_reader(PeriodicReader::builder(exporter).with_interval(interval).build())
}
