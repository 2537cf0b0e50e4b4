//! Metrics: instrument, unit, buckets, attributes, exemplars.

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{Metric, metric::Data},
};

use super::{
    Violation, at,
    attributes::{self, Attributes, Fields},
    deprecated, exemplars,
    metric_table::{self, Instrument, Known},
    own, resource,
};
use crate::testing::{points::points, received::Exported};

/// What the SDK uses when a histogram has no boundaries of its own: made for milliseconds.
const DEFAULT_BUCKETS: [f64; 15] =
    [0.0, 5.0, 10.0, 25.0, 50.0, 75.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 2500.0, 5000.0, 7500.0, 10000.0];

/// Attributes of spans and logs whose values nobody can count.
#[rustfmt::skip]
const UNBOUNDED: &[&str] = &[
    "client.address", "client.port", "db.query.text", "exception.message", "exception.stacktrace",
    "http.request.method_original", "messaging.kafka.message.key", "messaging.kafka.offset",
    "messaging.message.conversation_id", "messaging.message.id", "network.peer.port", "rpc.method_original",
    "url.full", "url.path", "url.query", "user_agent.original",
];

/// On a data point, says the specification of the SDK: it stands for all that were too many.
const OVERFLOW: &str = "otel.metric.overflow";

pub(super) fn check(exported: &Exported<'_, Metric>) -> Vec<Violation> {
    let metric = exported.item;
    let place = format!("metric `{}` of {}", metric.name, resource::who(exported));
    let mut problems: Vec<String> =
        series(metric).into_iter().flat_map(|labels| attributes::check(labels, Fields::Unknown)).collect();
    match metric_table::find(&metric.name) {
        Some(known) => problems.extend(check_known(metric, &known)),
        None => problems.extend(check_own(metric)),
    }
    problems.extend(exemplars::check(metric));
    at(&place, problems)
}

fn check_known(metric: &Metric, known: &Known) -> Vec<String> {
    let mut problems = Vec::new();
    if metric.unit != known.unit {
        problems.push(format!("its unit is `{}`, it must be `{}`", metric.unit, known.unit));
    }
    let instrument = instrument(metric);
    if instrument != Some(known.instrument) {
        let actual = instrument.map_or("nothing that is known", name);
        problems.push(format!("it is {actual}, it must be {}", name(known.instrument)));
    }
    let buckets = if known.buckets.is_empty() { None } else { Some(known.buckets) };
    problems.extend(wrong_buckets(metric, buckets));
    // What overflowed has no attributes any more but the one that says so.
    for labels in series(metric).into_iter().filter(|labels| !Attributes(labels).has(OVERFLOW)) {
        problems.extend(Attributes(labels).missing(known.required, "this metric"));
        let keys = labels.iter().map(|label| label.key.as_str());
        let stranger = |key: &&str| {
            attributes::type_of(key).is_some()
                && !known.required.contains(key)
                && !known.allowed.contains(key)
        };
        problems.extend(keys.filter(stranger).map(|key| format!("`{key}` is no attribute of this metric")));
    }
    problems
}

fn check_own(metric: &Metric) -> Vec<String> {
    let name = metric.name.as_str();
    if let Some(renamed) = deprecated::metric(name) {
        return vec![renamed];
    }
    if !own::is_declared(name) {
        return vec![format!(
            "it is unknown: it is neither in the conventions nor declared under `{}` in names.rs",
            own::PREFIX
        )];
    }
    let mut problems: Vec<String> = wrong_buckets(metric, None).into_iter().collect();
    let keys = series(metric).into_iter().flatten().map(|label| label.key.as_str());
    let unbounded = keys.filter(|key| UNBOUNDED.contains(key));
    problems.extend(unbounded.map(|key| format!("`{key}` has values without end: each makes a series")));
    if metric.unit.is_empty() {
        problems.push("it has no unit: `1` or `{thing}` at least".to_owned());
    }
    problems
}

/// Without boundaries of the conventions' own any but the SDK's will do, and those where they fit:
/// for what is no duration. An exponential histogram has none.
fn wrong_buckets(metric: &Metric, right: Option<&[f64]>) -> Option<String> {
    let Some(Data::Histogram(histogram)) = &metric.data else { return None };
    let points = histogram.data_points.iter().map(|point| point.explicit_bounds.as_slice());
    for bounds in points {
        if bounds == DEFAULT_BUCKETS && metric.unit == "s" {
            let advice = right.map_or_else(|| "its own for seconds".to_owned(), |right| format!("{right:?}"));
            return Some(format!(
                "its buckets are the SDK's default ones, for milliseconds: it needs {advice}"
            ));
        }
        if let Some(right) = right.filter(|right| *right != bounds) {
            return Some(format!("its buckets are {bounds:?}, they must be {right:?}"));
        }
    }
    None
}

fn instrument(metric: &Metric) -> Option<Instrument> {
    match metric.data.as_ref()? {
        Data::Gauge(_) => Some(Instrument::Gauge),
        Data::Sum(sum) if sum.is_monotonic => Some(Instrument::Counter),
        Data::Sum(_) => Some(Instrument::UpDownCounter),
        Data::Histogram(_) | Data::ExponentialHistogram(_) => Some(Instrument::Histogram),
        Data::Summary(_) => None,
    }
}

fn name(instrument: Instrument) -> &'static str {
    match instrument {
        Instrument::Counter => "a counter",
        Instrument::UpDownCounter => "an up-down counter",
        Instrument::Gauge => "a gauge",
        Instrument::Histogram => "a histogram",
    }
}

/// The attributes of each data point.
fn series(metric: &Metric) -> Vec<&[KeyValue]> {
    points(metric).into_iter().map(|point| point.attributes).collect()
}
