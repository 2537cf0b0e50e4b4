//! What the export of metrics tells of itself, by the conventions' names: how long a collection takes, and
//! what became of the points.

use std::{
    borrow::Cow,
    sync::{Mutex, OnceLock, PoisonError},
    time::Instant,
};

use opentelemetry::{
    KeyValue,
    metrics::{Counter, Histogram, Meter, MeterProvider, UpDownCounter},
};

use crate::{hop::instrumentation_scope, metrics::meters::Meters, names};

/// Instruments come last: the reader and the exporter are there before there are meters.
#[derive(Debug, Default)]
pub(crate) struct MetricHealth {
    instruments: OnceLock<Instruments>,
    /// When the collection that runs now began.
    begun: Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Instruments {
    duration: Histogram<f64>,
    inflight: UpDownCounter<i64>,
    exported: Counter<u64>,
}

/// Who exports: `otel.component.type`, and the number of it in this process.
pub(crate) fn component(kind: &'static str) -> [KeyValue; 2] {
    [
        KeyValue::new(names::OTEL_COMPONENT_TYPE, kind),
        KeyValue::new(names::OTEL_COMPONENT_NAME, format!("{kind}/0")),
    ]
}

impl MetricHealth {
    /// To be called before anybody else makes an instrument that is observed.
    pub(crate) fn register(self: &std::sync::Arc<Self>, meters: &Meters) {
        let meter = meters.meter_with_scope(instrumentation_scope(names::SCOPE_METRICS));
        // The SDK tells nobody that a collection begins. It runs the callbacks first, in the order in
        // which they were made; this one observes nothing, so it is no metric.
        let health = std::sync::Arc::clone(self);
        meter
            .u64_observable_gauge("throughline.metrics.collection")
            .with_callback(move |_| {
                *health.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            })
            .build();
        let _ = self.instruments.set(Instruments::new(&meter));
    }

    /// What was collected is about to be exported.
    pub(crate) fn collected(&self) {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Some(instruments), Some(begun)) = (self.instruments.get(), begun) {
            let seconds = begun.elapsed().as_secs_f64();
            instruments.duration.record(seconds, &component("periodic_metric_reader"));
        }
    }

    /// So many points leave now; `labels` say to whom.
    pub(crate) fn export<'a>(&'a self, labels: &'a [KeyValue], points: u64) -> Export<'a> {
        let export = Export { health: self, labels, points, is_over: false };
        export.move_inflight(i64::try_from(points).unwrap_or(i64::MAX));
        export
    }
}

impl Instruments {
    fn new(meter: &Meter) -> Self {
        let duration = meter
            .f64_histogram(names::METRIC_COLLECTION_DURATION)
            .with_unit("s")
            .with_description("The duration of the collect operation of the metric reader.")
            .with_boundaries(names::COLLECTION_BUCKETS.to_vec())
            .build();
        let inflight = meter
            .i64_up_down_counter(names::METRIC_POINTS_INFLIGHT)
            .with_unit("{data_point}")
            .with_description("The number of metric data points which were passed to the exporter, but that have not been exported yet.")
            .build();
        let exported = meter
            .u64_counter(names::METRIC_POINTS_EXPORTED)
            .with_unit("{data_point}")
            .with_description("The number of metric data points for which the export has finished, either successful or failed.")
            .build();
        Self { duration, inflight, exported }
    }
}

/// An export under way. One that is dropped was given up, since its time was over.
pub(crate) struct Export<'a> {
    health: &'a MetricHealth,
    labels: &'a [KeyValue],
    points: u64,
    is_over: bool,
}

impl Export<'_> {
    /// All but `rejected` points have arrived.
    pub(crate) fn succeeded(mut self, rejected: u64) {
        let rejected = rejected.min(self.points);
        self.count(self.points - rejected, None);
        self.count(rejected, Some("rejected".into()));
        self.end();
    }

    /// None has.
    pub(crate) fn failed(mut self, error_type: Cow<'static, str>) {
        self.count(self.points, Some(error_type));
        self.end();
    }

    fn count(&self, points: u64, error_type: Option<Cow<'static, str>>) {
        let Some(instruments) = self.health.instruments.get().filter(|_| points > 0) else { return };
        let mut labels = self.labels.to_vec();
        labels.extend(error_type.map(|error_type| KeyValue::new(names::ERROR_TYPE, error_type)));
        instruments.exported.add(points, &labels);
    }

    fn end(&mut self) {
        self.is_over = true;
        self.move_inflight(i64::try_from(self.points).map_or(i64::MIN, |points| -points));
    }

    fn move_inflight(&self, by: i64) {
        if let Some(instruments) = self.health.instruments.get() {
            instruments.inflight.add(by, self.labels);
        }
    }
}

impl Drop for Export<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.count(self.points, Some("timeout".into()));
            self.end();
        }
    }
}
