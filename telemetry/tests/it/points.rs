//! Metrics other than durations: what was last collected, series by series.

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ScopeMetrics};
use telemetry::testing::Recorder;

/// One series of a sum, a gauge or a histogram of bytes.
#[derive(Debug, Clone)]
pub struct Point {
    pub unit: String,
    /// The value of a sum or a gauge, rounded down; the sum of a histogram.
    pub value: i64,
    /// Of a histogram.
    pub count: u64,
    pub bounds: Vec<f64>,
    labels: Vec<KeyValue>,
}

impl Point {
    pub fn label(&self, key: &str) -> Option<String> {
        let label = self.labels.iter().find(|label| label.key.as_str() == key);
        label.map(|label| match &label.value {
            Value::String(text) => text.to_string(),
            other => other.to_string(),
        })
    }
}

pub fn points(recorder: &Recorder, name: &str) -> Vec<Point> {
    let collected = recorder.metrics();
    let Some(last) = collected.last() else { return Vec::new() };
    let all = last.scope_metrics().flat_map(ScopeMetrics::metrics);
    let mut points = Vec::new();
    for metric in all.filter(|metric| metric.name() == name) {
        let point = |value, count, bounds, labels| Point {
            unit: metric.unit().to_owned(),
            value,
            count,
            bounds,
            labels,
        };
        match metric.data() {
            AggregatedMetrics::I64(MetricData::Sum(sum)) => points.extend(
                sum.data_points()
                    .map(|one| point(one.value(), 0, Vec::new(), one.attributes().cloned().collect())),
            ),
            AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                points.extend(sum.data_points().map(|one| {
                    point(one.value() as i64, 0, Vec::new(), one.attributes().cloned().collect())
                }));
            }
            AggregatedMetrics::U64(MetricData::Gauge(gauge)) => {
                points.extend(gauge.data_points().map(|one| {
                    point(one.value() as i64, 0, Vec::new(), one.attributes().cloned().collect())
                }));
            }
            AggregatedMetrics::F64(MetricData::Gauge(gauge)) => {
                points.extend(gauge.data_points().map(|one| {
                    point(one.value() as i64, 0, Vec::new(), one.attributes().cloned().collect())
                }));
            }
            AggregatedMetrics::U64(MetricData::Histogram(sizes)) => {
                points.extend(sizes.data_points().map(|one| {
                    let labels = one.attributes().cloned().collect();
                    point(one.sum() as i64, one.count(), one.bounds().collect(), labels)
                }));
            }
            other => panic!("{name} is {other:?}"),
        }
    }
    points
}
