//! What the points of all kinds of metrics have in common.

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{Exemplar, Metric, metric::Data},
};

/// Times are nanoseconds since 1970; 0 where none was told.
pub(super) struct Point<'a> {
    pub start: u64,
    pub time: u64,
    pub attributes: &'a [KeyValue],
    pub exemplars: &'a [Exemplar],
    /// Of a histogram with boundaries: those, and what each bucket counts.
    pub buckets: Option<(&'a [f64], &'a [u64])>,
}

pub(super) fn points(metric: &Metric) -> Vec<Point<'_>> {
    match &metric.data {
        Some(Data::Gauge(gauge)) => gauge.data_points.iter().map(number).collect(),
        Some(Data::Sum(sum)) => sum.data_points.iter().map(number).collect(),
        Some(Data::Histogram(histogram)) => {
            let points = histogram.data_points.iter().map(|point| Point {
                start: point.start_time_unix_nano,
                time: point.time_unix_nano,
                attributes: &point.attributes,
                exemplars: &point.exemplars,
                buckets: Some((&point.explicit_bounds, &point.bucket_counts)),
            });
            points.collect()
        }
        Some(Data::ExponentialHistogram(histogram)) => {
            let points = histogram.data_points.iter().map(|point| Point {
                start: point.start_time_unix_nano,
                time: point.time_unix_nano,
                attributes: &point.attributes,
                exemplars: &point.exemplars,
                buckets: None,
            });
            points.collect()
        }
        Some(Data::Summary(summary)) => {
            let points = summary.data_points.iter().map(|point| Point {
                start: point.start_time_unix_nano,
                time: point.time_unix_nano,
                attributes: &point.attributes,
                exemplars: &[],
                buckets: None,
            });
            points.collect()
        }
        None => Vec::new(),
    }
}

fn number(point: &opentelemetry_proto::tonic::metrics::v1::NumberDataPoint) -> Point<'_> {
    Point {
        start: point.start_time_unix_nano,
        time: point.time_unix_nano,
        attributes: &point.attributes,
        exemplars: &point.exemplars,
        buckets: None,
    }
}
