//! What is counted.

use telemetry::testing::otlp::metrics::v1::{
    HistogramDataPoint, NumberDataPoint, metric::Data, number_data_point::Value,
};

use crate::pair::{Pair, Run};

/// The points of a counter, one for each series.
fn series<'a>(run: &'a Run, name: &str) -> Vec<&'a NumberDataPoint> {
    let metrics = run.received.exported_metrics().map(|exported| exported.item);
    let data = metrics.filter(|metric| metric.name == name).filter_map(|metric| metric.data.as_ref());
    data.flat_map(|data| if let Data::Sum(sum) = data { &sum.data_points[..] } else { &[] }).collect()
}

fn histogram<'a>(run: &'a Run, name: &str) -> Vec<&'a HistogramDataPoint> {
    let metrics = run.received.exported_metrics().map(|exported| exported.item);
    let data = metrics.filter(|metric| metric.name == name).filter_map(|metric| metric.data.as_ref());
    data.flat_map(|data| if let Data::Histogram(all) = data { &all.data_points[..] } else { &[] }).collect()
}

#[test]
fn a_raw_path_is_a_series_for_each_order() {
    let observe = |run: &Run| format!("100 requests make {} series", series(run, "requests").len());
    Pair::of("13-raw-path").shows(observe, "100 requests make 100 series", "100 requests make 1 series");
}

#[test]
fn durations_in_seconds_all_fall_into_the_first_bucket_for_milliseconds() {
    let observe = |run: &Run| {
        let points = histogram(run, "order.duration");
        let counts = points.iter().flat_map(|point| &point.bucket_counts);
        format!("4 orders, buckets in use: {}", counts.filter(|count| **count > 0).count())
    };
    Pair::of("14-one-bucket").shows(observe, "4 orders, buckets in use: 1", "4 orders, buckets in use: 4");
}

#[test]
fn an_instrument_made_before_the_provider_counts_nothing() {
    let observe = |run: &Run| {
        let counted = series(run, "orders").into_iter().filter_map(|point| match point.value {
            Some(Value::AsInt(number)) => Some(number),
            _ => None,
        });
        format!("{} of 10 orders are counted", counted.sum::<i64>())
    };
    Pair::of("15-early-instrument").shows(
        observe,
        "0 of 10 orders are counted",
        "10 of 10 orders are counted",
    );
}
