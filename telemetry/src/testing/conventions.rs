//! A linter: is what a process exports what the semantic conventions 1.44 ask for?
//!
//! It reads OTLP, since that is what leaves a process: from a [`Collector`](super::Collector), or from
//! a recorder by [`Recorder::received`](super::Recorder::received). It knows what this crate's edges
//! can emit (HTTP, gRPC, PostgreSQL, Redis, Kafka, process, resource, exceptions) and those old names
//! that people still write; the table is pinned, so that a new release of the conventions turns no
//! test red by itself.
//!
//! # What is held against the table
//! - **Names**: of attributes, metrics, events. What the conventions don't know must be declared in
//!   `names.rs` under `throughline.`. A name without a dot is a field of `tracing`: fine on log records
//!   and `INTERNAL` spans, where it belongs to the application, and on nothing else.
//! - **Spans**: kind, name (by template, never a raw path), required attributes, types, no attribute of
//!   another convention; `error.type` exactly on those that failed, and failed by the rules of their
//!   convention; no credentials or signatures in addresses.
//! - **Metrics**: instrument, unit, bucket boundaries, required and allowed attributes, types;
//!   on metrics of ours nothing whose values nobody can count. An exemplar names a span, lies in the time
//!   of its point and in a bucket that counts something, and repeats no attribute.
//! - **Log records**: severity, body, event names, what an exception must say.
//! - **Resource and scope**: the identity of the process, the schema URL.
//!
//! # What it can't see
//! Whether a value is true, and how many values an attribute has over time: cardinality is a property
//! of a week, not of a test.

mod attributes;
mod deprecated;
mod exemplars;
mod logs;
mod metric_table;
mod metrics;
mod operation_table;
mod outcome;
mod own;
mod resource;
mod secrets;
mod span_name;
mod spans;

use std::{collections::BTreeSet, fmt};

use super::Received;

/// Something that is not as the conventions ask.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// Which span, metric, record or resource, and of which service.
    pub place: String,
    /// What is wrong, and what is right.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.problem)
    }
}

/// Everything that is wrong with what was received, each once however often it was exported; sorted.
pub fn check(received: &Received) -> Vec<Violation> {
    let mut found = BTreeSet::new();
    for span in received.exported_spans() {
        found.extend(resource::check(&span));
        found.extend(spans::check(&span));
    }
    for metric in received.exported_metrics() {
        found.extend(resource::check(&metric));
        found.extend(metrics::check(&metric));
    }
    for record in received.exported_records() {
        found.extend(resource::check(&record));
        found.extend(logs::check(&record));
    }
    found.into_iter().collect()
}

/// Asserts that [`check`] finds nothing.
///
/// # Panics
/// When it does; the message has a line for each violation.
#[track_caller]
pub fn assert_kept(received: &Received) {
    let lines: Vec<String> = check(received).iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "the semantic conventions are not kept:\n{}", lines.join("\n"));
}

/// Whether the table has this name, of an attribute, a metric or an event, or `names.rs` declares it.
pub fn knows(name: &str) -> bool {
    attributes::type_of(name).is_some()
        || metric_table::find(name).is_some()
        || logs::is_event(name)
        || own::is_declared(name)
}

/// Problems of one thing, on the way to violations.
fn at(place: &str, problems: Vec<String>) -> Vec<Violation> {
    problems.into_iter().map(|problem| Violation { place: place.to_owned(), problem }).collect()
}
