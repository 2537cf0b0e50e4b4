//! Exemplars: a backend opens the trace that they name, and believes that it fell into this point.

use opentelemetry_proto::tonic::metrics::v1::{Exemplar, Metric, exemplar::Value};

use crate::testing::points::{Point, points};

pub(super) fn check(metric: &Metric) -> Vec<String> {
    let mut problems = Vec::new();
    for point in points(metric) {
        for exemplar in point.exemplars {
            problems.extend(out_of_time(&point, exemplar));
            problems.extend(wrong_ids(exemplar));
            problems.extend(known_attributes(&point, exemplar));
            problems.extend(wrong_value(&point, exemplar));
        }
    }
    problems
}

fn out_of_time(point: &Point<'_>, exemplar: &Exemplar) -> Option<String> {
    let covered = point.start..=point.time;
    (!covered.contains(&exemplar.time_unix_nano))
        .then(|| "an exemplar was measured outside the time that its point covers".to_owned())
}

/// Both or none: outside a span nothing can be named.
fn wrong_ids(exemplar: &Exemplar) -> Option<String> {
    let (trace, span) = (&exemplar.trace_id, &exemplar.span_id);
    let is_id = |id: &[u8], length| id.len() == length && id.iter().any(|byte| *byte != 0);
    let right = (trace.is_empty() && span.is_empty()) || (is_id(trace, 16) && is_id(span, 8));
    (!right).then(|| {
        "the ids of an exemplar name no span: 16 and 8 bytes that are not all 0, or none at all".to_owned()
    })
}

fn known_attributes(point: &Point<'_>, exemplar: &Exemplar) -> Vec<String> {
    let own = exemplar.filtered_attributes.iter().map(|attribute| attribute.key.as_str());
    let known = own.filter(|key| point.attributes.iter().any(|attribute| attribute.key == *key));
    known.map(|key| format!("an exemplar repeats `{key}`, which its point has")).collect()
}

fn wrong_value(point: &Point<'_>, exemplar: &Exemplar) -> Option<String> {
    let value = match exemplar.value {
        Some(Value::AsDouble(value)) => value,
        Some(Value::AsInt(value)) => value as f64,
        None => return Some("an exemplar has no value".to_owned()),
    };
    let (bounds, counts) = point.buckets?;
    let bucket = bounds.partition_point(|bound| *bound < value);
    (counts.get(bucket) == Some(&0)).then(|| "an exemplar lies in a bucket that counts nothing".to_owned())
}
