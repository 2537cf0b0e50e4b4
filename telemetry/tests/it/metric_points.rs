//! Metrics as they came over the wire: points by the metric's name, of all collections.

use telemetry::testing::{
    Received,
    otlp::metrics::v1::{
        HistogramDataPoint, Metric, NumberDataPoint, metric::Data, number_data_point::Value,
    },
    text,
};

pub fn metrics<'a>(received: &'a Received, name: &str) -> Vec<&'a Metric> {
    received.exported_metrics().map(|exported| exported.item).filter(|metric| metric.name == name).collect()
}

/// Of sums and gauges.
pub fn numbers<'a>(received: &'a Received, name: &str) -> Vec<&'a NumberDataPoint> {
    let points = metrics(received, name).into_iter().flat_map(|metric| match &metric.data {
        Some(Data::Sum(sum)) => &sum.data_points,
        Some(Data::Gauge(gauge)) => &gauge.data_points,
        other => panic!("{name} is {other:?}"),
    });
    points.collect()
}

pub fn histograms<'a>(received: &'a Received, name: &str) -> Vec<&'a HistogramDataPoint> {
    let points = metrics(received, name).into_iter().flat_map(|metric| match &metric.data {
        Some(Data::Histogram(histogram)) => &histogram.data_points,
        other => panic!("{name} is {other:?}"),
    });
    points.collect()
}

pub fn value(point: &NumberDataPoint) -> f64 {
    match point.value {
        Some(Value::AsInt(number)) => number as f64,
        Some(Value::AsDouble(number)) => number,
        None => panic!("a point has no value"),
    }
}

/// The last value that a series of a sum or a gauge has, with this attribute.
pub fn last(received: &Received, name: &str, (key, label): (&str, Option<&str>)) -> Option<f64> {
    let points = numbers(received, name).into_iter().rev();
    let mut of_series = points.filter(|point| text(&point.attributes, key).as_deref() == label);
    of_series.next().map(value)
}
