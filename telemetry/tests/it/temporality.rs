use telemetry::testing::{
    Collector, Received,
    otlp::metrics::v1::{AggregationTemporality, Metric, metric::Data},
};

use crate::{
    child::{logs, start},
    environment::warned,
    metric_points::{metrics, value},
    metric_scenarios::MEASUREMENTS,
};

const PREFERENCE: &str = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";

async fn measured(preference: &str) -> (Received, Vec<serde_json::Value>) {
    let collector = Collector::start().await.unwrap();
    let variables = [(PREFERENCE, preference), ("OTEL_METRIC_EXPORT_INTERVAL", "30")];
    let output = start("measures with each instrument", collector.address(), &variables).output().await;
    (collector.received(), logs(&output))
}

/// What one collection says of the only series of a metric.
#[derive(Debug)]
struct Told {
    is_delta: bool,
    start: u64,
    time: u64,
    value: f64,
}

fn told(metric: &Metric) -> Told {
    let (temporality, start, time, value) = match metric.data.as_ref().unwrap() {
        Data::Sum(sum) => {
            let point = &sum.data_points[0];
            let value = value(point);
            (sum.aggregation_temporality, point.start_time_unix_nano, point.time_unix_nano, value)
        }
        Data::Histogram(histogram) => {
            let point = &histogram.data_points[0];
            let (start, time) = (point.start_time_unix_nano, point.time_unix_nano);
            (histogram.aggregation_temporality, start, time, point.count as f64)
        }
        other => panic!("{other:?}"),
    };
    let is_delta = temporality == i32::from(AggregationTemporality::Delta);
    Told { is_delta, start, time, value }
}

/// Since the collection before, and in sum all that was measured; or since the start.
#[track_caller]
fn assert_told(received: &Received, name: &str, is_delta: bool) {
    let told: Vec<_> = metrics(received, name).into_iter().map(told).collect();
    assert!(told.iter().all(|one| one.is_delta == is_delta), "{name}: {told:?}");
    let all = MEASUREMENTS as f64;
    if is_delta {
        assert_eq!(told.iter().map(|one| one.value).sum::<f64>(), all, "{name}: {told:?}");
        assert!(told.windows(2).all(|two| two[0].time <= two[1].start), "{name}: {told:?}");
    } else {
        assert_eq!(told.last().unwrap().value, all, "{name}: {told:?}");
        assert!(told.windows(2).all(|two| two[0].start == two[1].start), "{name}: {told:?}");
        assert!(told.windows(2).all(|two| two[0].value <= two[1].value), "{name}: {told:?}");
    }
}

#[tokio::test]
async fn sums_count_from_the_start_or_from_the_last_time_as_the_operator_prefers() {
    for (preference, synchronous, observed) in
        [("cumulative", false, false), ("delta", true, true), ("LowMemory", true, false)]
    {
        let (received, _) = measured(preference).await;
        assert!(received.metrics.len() > 2, "collected more than once");
        assert_told(&received, "it.counter", synchronous);
        assert_told(&received, "it.histogram", synchronous);
        assert_told(&received, "it.observable_counter", observed);
        // What can go down is a level, not a growth.
        assert_told(&received, "it.up_down_counter", false);
        assert_told(&received, "it.observable_up_down_counter", false);
    }
}

#[tokio::test]
async fn a_preference_that_is_none_is_named_and_sums_count_from_the_start() {
    let (received, logs) = measured("daily").await;
    warned(&logs, &format!("{PREFERENCE}=`daily` is not cumulative or delta or lowmemory"));
    assert_told(&received, "it.counter", false);
}

#[tokio::test]
async fn the_console_keeps_to_it_too() {
    let collector = Collector::start().await.unwrap();
    let variables = [(PREFERENCE, "delta"), ("OTEL_METRICS_EXPORTER", "console")];
    let output = start("measures inside a span", collector.address(), &variables).output().await;
    let lines = logs(&output);
    let counter = lines.iter().find(|line| line["name"] == "it.counter").unwrap();
    assert_eq!(counter["temporality"], "delta");
}
