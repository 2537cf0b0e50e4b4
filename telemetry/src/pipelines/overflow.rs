//! Instruments with more sets of attributes than the SDK keeps apart (2,000): the rest counts together, in a
//! point that says so. Somebody should hear of it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics, ScopeMetrics};

use crate::names;

/// The names of those that overflowed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Overflows(Arc<Mutex<BTreeSet<String>>>);

impl Overflows {
    /// A warning for each instrument, the first time.
    pub(crate) fn look_at(&self, metrics: &ResourceMetrics) {
        let all = metrics.scope_metrics().flat_map(ScopeMetrics::metrics);
        for metric in all.filter(|metric| has_overflow(metric.data())) {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.insert(metric.name().to_owned()) {
                drop(known);
                tracing::warn!(
                    target: "telemetry",
                    "the metric {} has too many sets of attributes: the rest counts together as {}",
                    metric.name(),
                    names::OTEL_METRIC_OVERFLOW,
                );
            }
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }
}

fn has_overflow(data: &AggregatedMetrics) -> bool {
    match data {
        AggregatedMetrics::F64(data) => has_overflow_point(data),
        AggregatedMetrics::U64(data) => has_overflow_point(data),
        AggregatedMetrics::I64(data) => has_overflow_point(data),
    }
}

fn has_overflow_point<T>(data: &MetricData<T>) -> bool {
    match data {
        MetricData::Gauge(gauge) => gauge.data_points().any(|point| is_overflow(point.attributes())),
        MetricData::Sum(sum) => sum.data_points().any(|point| is_overflow(point.attributes())),
        MetricData::Histogram(histogram) => {
            histogram.data_points().any(|point| is_overflow(point.attributes()))
        }
        MetricData::ExponentialHistogram(histogram) => {
            histogram.data_points().any(|point| is_overflow(point.attributes()))
        }
    }
}

fn is_overflow<'a>(mut attributes: impl Iterator<Item = &'a KeyValue>) -> bool {
    attributes
        .any(|label| label.key.as_str() == names::OTEL_METRIC_OVERFLOW && label.value == Value::Bool(true))
}
