//! Metrics: collected every `OTEL_METRIC_EXPORT_INTERVAL` (60 s by default) and sent to the collector.

mod settings;
pub(crate) mod meters;
mod instruments;
mod callbacks;
pub(crate) mod exemplars;
mod exporter;
mod collected;
mod health;
mod process;
mod runtime;
mod scheduler;

use std::{sync::Arc, time::Duration};

use opentelemetry_sdk::{
    Resource,
    metrics::{MeterProviderBuilder, PeriodicReader, SdkMeterProvider, exporter::PushMetricExporter},
};
use tokio::runtime::Handle;

use crate::{
    console::{Console, ConsoleMetrics},
    environment::Environment,
    metrics::{
        collected::Collected,
        exemplars::{ExemplarFilter, Exemplars},
        exporter::OtlpMetrics,
        health::MetricHealth,
        meters::Meters,
        settings::MetricSettings,
    },
    otlp,
    pipelines::{Balances, exporter::Exporter},
    signal::{Destination, METRICS},
    stdout::Stdout,
};
pub(crate) use scheduler::SchedulerProbe;

const INTERVAL: Duration = Duration::from_secs(60);
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) fn provider(
    resource: Resource,
    runtime: &Handle,
    balances: &Balances,
    stdout: &Stdout,
    environment: &mut Environment,
) -> Meters {
    let settings = MetricSettings::read(environment);
    let mut builder = SdkMeterProvider::builder().with_resource(resource);
    if settings.exponential {
        builder = builder.with_view(settings::exponential);
    }
    let pipeline = Pipeline { runtime, balances, settings, health: Arc::default() };
    let (builder, exemplars) = match Destination::of(METRICS, environment) {
        Destination::Otlp => {
            let Some((exporter, exemplars)) = pipeline.otlp(environment) else { return Meters::silent() };
            (pipeline.ends_in(exporter, builder, environment), exemplars)
        }
        Destination::Console => {
            let console =
                ConsoleMetrics { console: Console(stdout.clone()), temporality: settings.temporality };
            let nobody_takes_them = Exemplars::new(ExemplarFilter::AlwaysOff, settings.exponential);
            (pipeline.ends_in(console, builder, environment), nobody_takes_them)
        }
        Destination::None => {
            return Meters::silent();
        }
    };
    let meters = Meters::new(builder.build(), exemplars);
    pipeline.health.register(&meters);
    process::observe(&meters);
    meters
}

/// Observes the runtime of the service, and probes it for as long as the answer lives, where somebody reads
/// what is measured.
pub(crate) fn observe_runtime(meters: &Meters, runtime: &Handle) -> Option<SchedulerProbe> {
    meters.is_read().then(|| {
        runtime::observe(meters, runtime);
        SchedulerProbe::start(meters, runtime)
    })
}

/// What a collection goes through on its way to any exporter.
struct Pipeline<'a> {
    runtime: &'a Handle,
    balances: &'a Balances,
    settings: MetricSettings,
    health: Arc<MetricHealth>,
}

impl Pipeline<'_> {
    fn otlp(&self, environment: &mut Environment) -> Option<(OtlpMetrics, Exemplars)> {
        let sender = otlp::metrics(environment)?;
        let exemplars = Exemplars::new(self.settings.exemplars, self.settings.exponential);
        let labels = [health::component(sender.component()).as_slice(), sender.address()].concat();
        let exporter = OtlpMetrics {
            sender,
            labels,
            temporality: self.settings.temporality,
            exemplars: exemplars.clone(),
            health: Arc::clone(&self.health),
            is_shut_down: false.into(),
        };
        Some((exporter, exemplars))
    }

    fn ends_in<E: PushMetricExporter>(
        &self,
        inner: E,
        builder: MeterProviderBuilder,
        environment: &mut Environment,
    ) -> MeterProviderBuilder {
        let interval = environment.interval("OTEL_METRIC_EXPORT_INTERVAL", INTERVAL);
        let timeout = environment.timeout(&["OTEL_METRIC_EXPORT_TIMEOUT"], TIMEOUT);
        METRICS.applied(environment, self.settings);
        METRICS.applied(environment, format!("every {interval:?}, {timeout:?} for each"));
        let inner = Collected { inner, health: Arc::clone(&self.health) };
        let (balance, overflows) = (Arc::clone(&self.balances.metrics), self.balances.overflows.clone());
        let exporter = Exporter { inner, runtime: self.runtime.clone(), balance, timeout, overflows };
        builder.with_reader(PeriodicReader::builder(exporter).with_interval(interval).build())
    }
}
