//! What was measured, series by series.

use std::collections::BTreeMap;

use opentelemetry::KeyValue;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Metric, MetricData, ResourceMetrics, ScopeMetrics,
};

use super::Recorder;

/// One series of a metric as it was last collected.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Its attributes, values as text.
    pub labels: BTreeMap<String, String>,
    /// Measurements in it; 1 where the metric is no histogram.
    pub count: u64,
    /// Their sum; the value where the metric is no histogram.
    pub value: f64,
}

impl Recorder {
    /// Collects all metrics now and returns the series of the one called `name`; none when it was never
    /// measured. Exponential histograms are left out.
    pub fn measured(&self, name: &str) -> Vec<Measured> {
        let collected = self.metrics();
        let scopes = collected.last().into_iter().flat_map(ResourceMetrics::scope_metrics);
        scopes
            .flat_map(ScopeMetrics::metrics)
            .filter(|metric| metric.name() == name)
            .flat_map(series)
            .collect()
    }
}

fn series(metric: &Metric) -> Vec<Measured> {
    match metric.data() {
        AggregatedMetrics::F64(data) => of(data, |value| value),
        #[allow(clippy::cast_precision_loss, reason = "a test does not count to 2^53")]
        AggregatedMetrics::U64(data) => of(data, |value| value as f64),
        #[allow(clippy::cast_precision_loss, reason = "a test does not count to 2^53")]
        AggregatedMetrics::I64(data) => of(data, |value| value as f64),
    }
}

fn of<T: Copy>(data: &MetricData<T>, number: impl Fn(T) -> f64) -> Vec<Measured> {
    match data {
        MetricData::Sum(sum) => {
            sum.data_points().map(|point| measured(point.attributes(), 1, number(point.value()))).collect()
        }
        MetricData::Gauge(gauge) => {
            gauge.data_points().map(|point| measured(point.attributes(), 1, number(point.value()))).collect()
        }
        MetricData::Histogram(histogram) => histogram
            .data_points()
            .map(|point| measured(point.attributes(), point.count(), number(point.sum())))
            .collect(),
        MetricData::ExponentialHistogram(_) => Vec::new(),
    }
}

fn measured<'a>(labels: impl Iterator<Item = &'a KeyValue>, count: u64, value: f64) -> Measured {
    let labels = labels.map(|label| (label.key.to_string(), label.value.to_string())).collect();
    Measured { labels, count, value }
}
