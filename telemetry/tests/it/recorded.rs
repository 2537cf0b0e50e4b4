//! Looking into what a recorder holds.

use std::time::Duration;

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Metric, MetricData, ResourceMetrics, ScopeMetrics, SumDataPoint,
};
use telemetry::testing::{Recorder, SpanData, conventions, tree};

/// Only a test that fails waits this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for a span of this name. All that its recorder holds keeps the conventions.
pub async fn span(recorder: &Recorder, name: &str) -> SpanData {
    let wait = recorder.wait_for(|spans| spans.iter().any(|span| span.name == name));
    let spans = tokio::time::timeout(PATIENCE, wait).await;
    let spans = spans.unwrap_or_else(|_| panic!("no span `{name}` in\n{}", tree(&recorder.spans())));
    conventions::assert_kept(&recorder.received());
    spans.into_iter().find(|span| span.name == name).unwrap()
}

/// Waits until this many spans have ended.
pub async fn ended(recorder: &Recorder, count: usize) {
    let wait = recorder.wait_for(|spans| spans.len() == count);
    tokio::time::timeout(PATIENCE, wait).await.expect("that many spans end");
}

/// Asks until it is so; there is nothing that tells.
pub async fn until(is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it comes to that");
}

pub fn names(spans: &[SpanData]) -> Vec<String> {
    spans.iter().map(|span| span.name.to_string()).collect()
}

pub fn attribute(span: &SpanData, key: &str) -> Option<Value> {
    find(span.attributes.iter(), key)
}

pub fn text(value: &str) -> Option<Value> {
    Some(Value::from(value.to_owned()))
}

/// One series of a histogram in seconds.
#[derive(Debug, Clone)]
pub struct Series {
    pub unit: String,
    pub bounds: Vec<f64>,
    pub count: u64,
    labels: Vec<KeyValue>,
}

impl Series {
    pub fn label(&self, key: &str) -> Option<Value> {
        find(self.labels.iter(), key)
    }

    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<_> = self.labels.iter().map(|label| label.key.as_str()).collect();
        keys.sort_unstable();
        keys
    }
}

/// The series of a duration, as last collected.
pub fn durations(recorder: &Recorder, name: &str) -> Vec<Series> {
    let collected = recorder.metrics();
    let mut series = Vec::new();
    for metric in metrics(collected.last().unwrap(), name) {
        let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() else { continue };
        series.extend(histogram.data_points().map(|point| Series {
            unit: metric.unit().to_owned(),
            bounds: point.bounds().collect(),
            count: point.count(),
            labels: point.attributes().cloned().collect(),
        }));
    }
    series
}

/// The sum over all series of an integer counter that can go down.
pub fn level(recorder: &Recorder, name: &str) -> Option<i64> {
    let collected = recorder.metrics();
    let mut total = None;
    for metric in metrics(collected.last()?, name) {
        if let AggregatedMetrics::I64(MetricData::Sum(sum)) = metric.data() {
            total = Some(total.unwrap_or(0) + sum.data_points().map(SumDataPoint::value).sum::<i64>());
        }
    }
    total
}

fn metrics<'a>(collected: &'a ResourceMetrics, name: &str) -> impl Iterator<Item = &'a Metric> {
    let all = collected.scope_metrics().flat_map(ScopeMetrics::metrics);
    all.filter(move |metric| metric.name() == name)
}

fn find<'a>(mut attributes: impl Iterator<Item = &'a KeyValue>, key: &str) -> Option<Value> {
    attributes.find(|attribute| attribute.key.as_str() == key).map(|attribute| attribute.value.clone())
}
