//! A collected metric as JSON: what it is, and its points.

use std::time::Duration;

use opentelemetry_sdk::{
    error::OTelSdkResult,
    metrics::{
        Temporality,
        data::{
            AggregatedMetrics, ExponentialHistogram, Gauge, Histogram, Metric, MetricData, ResourceMetrics,
            Sum,
        },
        exporter::PushMetricExporter,
    },
};
use serde_json::{Value, json};

use super::{Console, json::attributes};

/// Writes no exemplars: the SDK's form of a collection has no place for them.
#[derive(Debug)]
pub(crate) struct ConsoleMetrics {
    pub console: Console,
    pub temporality: Temporality,
}

impl PushMetricExporter for ConsoleMetrics {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        for scope in metrics.scope_metrics() {
            scope.metrics().for_each(|metric| self.console.write(&json(metric)));
        }
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        self.temporality
    }
}

fn json(metric: &Metric) -> Value {
    let (kind, temporality, points) = match metric.data() {
        AggregatedMetrics::F64(data) => parts(data),
        AggregatedMetrics::U64(data) => parts(data),
        AggregatedMetrics::I64(data) => parts(data),
    };
    json!({
        "signal": "metric",
        "name": metric.name(),
        "unit": metric.unit(),
        "type": kind,
        "temporality": temporality,
        "points": points,
    })
}

type Parts = (&'static str, Option<&'static str>, Vec<Value>);

fn parts<T: Copy + Into<Value>>(data: &MetricData<T>) -> Parts
where
    Value: From<Option<T>>,
{
    match data {
        MetricData::Gauge(gauge) => ("gauge", None, gauge_points(gauge)),
        MetricData::Sum(sum) => ("sum", Some(name(sum.temporality())), sum_points(sum)),
        MetricData::Histogram(histogram) => {
            ("histogram", Some(name(histogram.temporality())), histogram_points(histogram))
        }
        MetricData::ExponentialHistogram(histogram) => {
            ("exponential_histogram", Some(name(histogram.temporality())), exponential_points(histogram))
        }
    }
}

fn name(temporality: Temporality) -> &'static str {
    if temporality == Temporality::Delta { "delta" } else { "cumulative" }
}

fn gauge_points<T: Copy + Into<Value>>(gauge: &Gauge<T>) -> Vec<Value> {
    let points = gauge.data_points().map(|point| {
        let value: Value = point.value().into();
        json!({"attributes": attributes(point.attributes()), "value": value})
    });
    points.collect()
}

fn sum_points<T: Copy + Into<Value>>(sum: &Sum<T>) -> Vec<Value> {
    let points = sum.data_points().map(|point| {
        let value: Value = point.value().into();
        json!({"attributes": attributes(point.attributes()), "value": value})
    });
    points.collect()
}

fn histogram_points<T: Copy + Into<Value>>(histogram: &Histogram<T>) -> Vec<Value>
where
    Value: From<Option<T>>,
{
    let points = histogram.data_points().map(|point| {
        let sum: Value = point.sum().into();
        json!({
            "attributes": attributes(point.attributes()),
            "count": point.count(),
            "sum": sum,
            "min": Value::from(point.min()),
            "max": Value::from(point.max()),
            "bounds": point.bounds().collect::<Vec<_>>(),
            "bucket_counts": point.bucket_counts().collect::<Vec<_>>(),
        })
    });
    points.collect()
}

fn exponential_points<T: Copy + Into<Value>>(histogram: &ExponentialHistogram<T>) -> Vec<Value>
where
    Value: From<Option<T>>,
{
    let points = histogram.data_points().map(|point| {
        let sum: Value = point.sum().into();
        json!({
            "attributes": attributes(point.attributes()),
            "count": point.count(),
            "sum": sum,
            "min": Value::from(point.min()),
            "max": Value::from(point.max()),
            "scale": point.scale(),
            "zero_count": point.zero_count(),
            "offset": point.positive_bucket().offset(),
            "bucket_counts": point.positive_bucket().counts().collect::<Vec<_>>(),
        })
    });
    points.collect()
}
