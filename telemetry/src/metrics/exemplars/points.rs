//! Which point of a metric is which: the same points as the SDK collected them and as they are sent.

use std::hash::{BuildHasher, RandomState};

use opentelemetry::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, Metric, metric::Data};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};

/// One number for a set of attributes, in whatever order they come: what is kept for a series needs no
/// copy of its attributes. Two of 2⁶⁴ sets that had the same number, by a hash that nobody outside can
/// foresee, would share their exemplars.
pub(super) fn series<'a>(attributes: impl IntoIterator<Item = &'a KeyValue>, hasher: &RandomState) -> u64 {
    attributes.into_iter().fold(0, |sum, attribute| sum.wrapping_add(hasher.hash_one(attribute)))
}

/// The number of each point, in the order that the conversion to OTLP keeps. None of a gauge, which has
/// no exemplars here.
pub(super) fn series_of(data: &AggregatedMetrics, hasher: &RandomState) -> Vec<u64> {
    match data {
        AggregatedMetrics::F64(data) => series_of_points(data, hasher),
        AggregatedMetrics::U64(data) => series_of_points(data, hasher),
        AggregatedMetrics::I64(data) => series_of_points(data, hasher),
    }
}

fn series_of_points<T: Copy>(data: &MetricData<T>, hasher: &RandomState) -> Vec<u64> {
    match data {
        MetricData::Sum(sum) => sum.data_points().map(|point| series(point.attributes(), hasher)).collect(),
        MetricData::Histogram(histogram) => {
            histogram.data_points().map(|point| series(point.attributes(), hasher)).collect()
        }
        MetricData::ExponentialHistogram(histogram) => {
            histogram.data_points().map(|point| series(point.attributes(), hasher)).collect()
        }
        MetricData::Gauge(_) => Vec::new(),
    }
}

/// Where the exemplars of a point go, and the time that the point covers, in nanoseconds since 1970.
pub(super) struct Place<'a> {
    pub start: u64,
    pub time: u64,
    pub exemplars: &'a mut Vec<Exemplar>,
}

pub(super) fn places(metric: &mut Metric) -> Vec<Place<'_>> {
    fn place(start: u64, time: u64, exemplars: &mut Vec<Exemplar>) -> Place<'_> {
        Place { start, time, exemplars }
    }
    match &mut metric.data {
        Some(Data::Sum(sum)) => {
            let points = sum.data_points.iter_mut();
            points.map(|it| place(it.start_time_unix_nano, it.time_unix_nano, &mut it.exemplars)).collect()
        }
        Some(Data::Histogram(histogram)) => {
            let points = histogram.data_points.iter_mut();
            points.map(|it| place(it.start_time_unix_nano, it.time_unix_nano, &mut it.exemplars)).collect()
        }
        Some(Data::ExponentialHistogram(histogram)) => {
            let points = histogram.data_points.iter_mut();
            points.map(|it| place(it.start_time_unix_nano, it.time_unix_nano, &mut it.exemplars)).collect()
        }
        _ => Vec::new(),
    }
}
