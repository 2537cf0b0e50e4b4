use telemetry::testing::otlp::{
    common::v1::{KeyValue, any_value::Value},
    metrics::v1::{Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, Sum, metric::Data},
};

use super::{
    assert_problem,
    examples::{int, key, metrics, text},
    problems,
};

const CALLS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// What the SDK takes when nobody says anything.
const MILLISECONDS: [f64; 15] =
    [0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0];

fn metric(name: &str, unit: &str, data: Data) -> Metric {
    Metric { name: name.to_owned(), unit: unit.to_owned(), data: Some(data), ..Metric::default() }
}

fn histogram(bounds: &[f64], attributes: Vec<KeyValue>) -> Data {
    let point = HistogramDataPoint { explicit_bounds: bounds.to_vec(), attributes, ..Default::default() };
    Data::Histogram(Histogram { data_points: vec![point], ..Histogram::default() })
}

fn sum(is_monotonic: bool, attributes: Vec<KeyValue>) -> Data {
    let point = NumberDataPoint { attributes, ..NumberDataPoint::default() };
    Data::Sum(Sum { data_points: vec![point], is_monotonic, ..Sum::default() })
}

fn gauge() -> Data {
    Data::Gauge(Gauge { data_points: vec![NumberDataPoint::default()] })
}

fn request() -> Vec<KeyValue> {
    vec![
        text("http.request.method", "GET"),
        text("url.scheme", "http"),
        text("http.route", "/orders/{id}"),
        int("http.response.status_code", 200),
    ]
}

/// What the SDK puts on the point of all that were too many.
fn overflow() -> KeyValue {
    key("otel.metric.overflow", Value::BoolValue(true))
}

fn duration(unit: &str, bounds: &[f64], attributes: Vec<KeyValue>) -> Metric {
    metric("http.server.request.duration", unit, histogram(bounds, attributes))
}

#[test]
fn right_metrics_are_silent() {
    let pool = text("db.client.connection.pool.name", "orders");
    let right = vec![
        duration("s", &CALLS, request()),
        metric("http.server.active_requests", "{request}", sum(false, request()[..2].to_vec())),
        metric("db.client.connection.timeouts", "{timeout}", sum(true, vec![pool.clone()])),
        metric("db.client.connection.wait_time", "s", histogram(&[0.01, 1.0], vec![pool])),
        metric("process.uptime", "s", gauge()),
        metric("http.server.active_requests", "{request}", sum(false, vec![overflow()])),
        metric(
            "throughline.retention.deleted_rows",
            "{row}",
            sum(true, vec![text("db.collection.name", "outbox")]),
        ),
    ];
    assert_eq!(problems(&metrics(right)), [""; 0]);
}

#[test]
fn unit_instrument_and_buckets_are_those_of_the_table() {
    let connection = metric(
        "db.client.connection.wait_time",
        "s",
        histogram(&MILLISECONDS, vec![text("db.client.connection.pool.name", "orders")]),
    );
    for (metric, problem) in [
        (duration("ms", &CALLS, request()), "its unit is `ms`, it must be `s`".to_owned()),
        (
            metric("process.uptime", "s", sum(true, Vec::new())),
            "it is a counter, it must be a gauge".to_owned(),
        ),
        (
            metric("http.server.active_requests", "{request}", sum(true, request()[..2].to_vec())),
            "it is a counter, it must be an up-down counter".to_owned(),
        ),
        (
            duration("s", &MILLISECONDS, request()),
            format!("its buckets are the SDK's default ones, for milliseconds: it needs {CALLS:?}"),
        ),
        (duration("s", &[1.0], request()), format!("its buckets are [1.0], they must be {CALLS:?}")),
        (
            connection,
            "its buckets are the SDK's default ones, for milliseconds: it needs its own for seconds"
                .to_owned(),
        ),
    ] {
        assert_problem(&metrics(vec![metric]), &problem);
    }
}

#[test]
fn our_own_metrics_stand_in_the_table_too() {
    let delay = |unit: &str, bounds: &[f64]| {
        metric("throughline.tokio.scheduler.delay", unit, histogram(bounds, Vec::new()))
    };
    let right = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];
    let busy = metric("throughline.tokio.worker.busy_time", "s", sum(true, Vec::new()));
    for (metric, problem) in [
        (delay("ms", &right), "its unit is `ms`, it must be `s`".to_owned()),
        (delay("s", &CALLS), format!("its buckets are {CALLS:?}, they must be {right:?}")),
        (
            metric("throughline.tokio.workers", "{worker}", gauge()),
            "it is a gauge, it must be an up-down counter".to_owned(),
        ),
        (busy, "`throughline.tokio.worker.index` is missing: this metric must have it".to_owned()),
    ] {
        assert_problem(&metrics(vec![metric]), &problem);
    }
}

#[test]
fn attributes_are_those_of_the_table() {
    let mut path = request();
    path.push(text("url.path", "/orders/42"));
    let mut code = request();
    code[3] = text("http.response.status_code", "200");
    let mut unknown = request();
    unknown.push(text("shop.colour", "red"));
    for (attributes, problem) in [
        (path, "`url.path` is no attribute of this metric"),
        (code, "`http.response.status_code` is a string, it must be an int"),
        (request()[1..].to_vec(), "`http.request.method` is missing: this metric must have it"),
        (
            unknown,
            "`shop.colour` is unknown: it is neither in the conventions nor declared under `throughline.` in \
             names.rs",
        ),
    ] {
        assert_problem(&metrics(vec![duration("s", &CALLS, attributes)]), problem);
    }
}

#[test]
fn names_are_known_or_declared() {
    for (name, unit, problem) in [
        (
            "http.server.duration",
            "ms",
            "`http.server.duration` is deprecated: it is `http.server.request.duration` now",
        ),
        (
            "shop.carts",
            "{cart}",
            "it is unknown: it is neither in the conventions nor declared under `throughline.` in names.rs",
        ),
        (
            "throughline.carts",
            "{cart}",
            "it is unknown: it is neither in the conventions nor declared under `throughline.` in names.rs",
        ),
        ("throughline.retention.deleted_rows", "", "it has no unit: `1` or `{thing}` at least"),
    ] {
        assert_problem(&metrics(vec![metric(name, unit, sum(true, Vec::new()))]), problem);
    }
    let own = metric("throughline.retention.deleted_rows", "{row}", sum(true, vec![text("url.path", "/a")]));
    assert_problem(&metrics(vec![own]), "`url.path` has values without end: each makes a series");
}

#[test]
fn metrics_of_ours_that_are_in_the_table_keep_to_it() {
    let partition = vec![
        text("messaging.system", "kafka"),
        text("messaging.destination.name", "orders"),
        text("messaging.destination.partition.id", "2"),
    ];
    let lag = |unit: &str, attributes: &[KeyValue]| {
        let point = NumberDataPoint { attributes: attributes.to_vec(), ..NumberDataPoint::default() };
        let data = Data::Gauge(Gauge { data_points: vec![point] });
        metrics(vec![metric("throughline.kafka.consumer.lag", unit, data)])
    };
    assert_eq!(problems(&lag("{message}", &partition)), [""; 0]);
    assert_problem(&lag("1", &partition), "its unit is `1`, it must be `{message}`");
    let nowhere = "`messaging.destination.partition.id` is missing: this metric must have it";
    assert_problem(&lag("{message}", &partition[..2]), nowhere);
    let letters = metric("throughline.dead_letters", "{message}", sum(true, vec![text("error.type", "x")]));
    let nowhere = "`messaging.destination.name` is missing: this metric must have it";
    assert_problem(&metrics(vec![letters]), nowhere);
    let rows =
        metric("throughline.outbox.rows", "{row}", sum(true, vec![text("db.collection.name", "outbox")]));
    assert_problem(&metrics(vec![rows]), "it is a counter, it must be a gauge");
}
