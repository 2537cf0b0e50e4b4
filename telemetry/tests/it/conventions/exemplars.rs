use telemetry::testing::otlp::{
    common::v1::KeyValue,
    metrics::v1::{
        Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Histogram, HistogramDataPoint, Metric,
        NumberDataPoint, Sum, exemplar::Value, metric::Data,
    },
};

use super::{
    assert_problem,
    examples::{metrics, text},
    problems,
};

/// The time that each point here covers.
const START: u64 = 1_000;
const TIME: u64 = 2_000;

fn right() -> Exemplar {
    Exemplar {
        time_unix_nano: START + 500,
        trace_id: vec![7; 16],
        span_id: vec![7; 8],
        value: Some(Value::AsDouble(0.3)),
        ..Exemplar::default()
    }
}

fn metric(data: Data) -> Metric {
    Metric {
        name: "throughline.tokio.scheduler.delay".to_owned(),
        unit: "s".to_owned(),
        data: Some(data),
        ..Metric::default()
    }
}

fn delay(exemplar: Exemplar) -> Metric {
    let mut bucket_counts = vec![0; 14];
    // 0.25 to 0.5 seconds.
    bucket_counts[11] = 1;
    let point = HistogramDataPoint {
        start_time_unix_nano: START,
        time_unix_nano: TIME,
        bucket_counts,
        explicit_bounds: vec![
            0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0,
        ],
        exemplars: vec![exemplar],
        ..HistogramDataPoint::default()
    };
    metric(Data::Histogram(Histogram { data_points: vec![point], ..Histogram::default() }))
}

fn exponential(exemplar: Exemplar) -> Metric {
    let point = ExponentialHistogramDataPoint {
        start_time_unix_nano: START,
        time_unix_nano: TIME,
        exemplars: vec![exemplar],
        ..ExponentialHistogramDataPoint::default()
    };
    metric(Data::ExponentialHistogram(ExponentialHistogram {
        data_points: vec![point],
        ..Default::default()
    }))
}

fn counter(exemplar: Exemplar) -> Metric {
    let attributes: Vec<KeyValue> = vec![text("cpu.mode", "user")];
    let point = NumberDataPoint {
        start_time_unix_nano: START,
        time_unix_nano: TIME,
        attributes,
        exemplars: vec![exemplar],
        ..NumberDataPoint::default()
    };
    let sum = Sum { data_points: vec![point], is_monotonic: true, ..Sum::default() };
    Metric { name: "process.cpu.time".to_owned(), ..metric(Data::Sum(sum)) }
}

#[test]
fn right_exemplars_are_silent() {
    let outside_a_span = Exemplar { trace_id: Vec::new(), span_id: Vec::new(), ..right() };
    let all = vec![delay(right()), exponential(right()), counter(right()), delay(outside_a_span)];
    assert_eq!(problems(&metrics(all)), [""; 0]);
}

#[test]
fn an_exemplar_lies_in_the_time_of_its_point() {
    for time_unix_nano in [START - 1, TIME + 1] {
        for metric in [delay, exponential, counter] {
            let early_or_late = metric(Exemplar { time_unix_nano, ..right() });
            let problem = "an exemplar was measured outside the time that its point covers";
            assert_problem(&metrics(vec![early_or_late]), problem);
        }
    }
}

#[test]
fn an_exemplar_names_a_span_or_none() {
    let problem = "the ids of an exemplar name no span: 16 and 8 bytes that are not all 0, or none at all";
    for (trace_id, span_id) in [
        (vec![0; 16], vec![7; 8]),
        (vec![7; 16], vec![0; 8]),
        (vec![7; 8], vec![7; 8]),
        (vec![7; 16], Vec::new()),
        (Vec::new(), vec![7; 8]),
    ] {
        assert_problem(&metrics(vec![delay(Exemplar { trace_id, span_id, ..right() })]), problem);
    }
}

#[test]
fn an_exemplar_has_a_value_where_something_was_counted() {
    let empty = Exemplar { value: Some(Value::AsDouble(0.6)), ..right() };
    assert_problem(&metrics(vec![delay(empty)]), "an exemplar lies in a bucket that counts nothing");
    let none = Exemplar { value: None, ..right() };
    assert_problem(&metrics(vec![counter(none)]), "an exemplar has no value");
}

#[test]
fn an_exemplar_repeats_no_attribute_of_its_point() {
    let repeated = Exemplar { filtered_attributes: vec![text("cpu.mode", "user")], ..right() };
    assert_problem(&metrics(vec![counter(repeated)]), "an exemplar repeats `cpu.mode`, which its point has");
    let more = Exemplar { filtered_attributes: vec![text("cpu.mode", "user")], ..right() };
    assert_eq!(problems(&metrics(vec![delay(more)])), [""; 0]);
}
