//! The linter of the semantic conventions: right telemetry is silent, each planted mistake is named.

mod examples;
mod planting;

mod spans;
mod outcomes;
mod metrics;
mod exemplars;
mod logs;
mod resources;
mod table;

use telemetry::testing::{Received, conventions};

/// What is wrong, as sentences.
fn problems(received: &Received) -> Vec<String> {
    conventions::check(received).into_iter().map(|violation| violation.problem).collect()
}

/// Exactly this one thing is wrong.
#[track_caller]
fn assert_problem(received: &Received, expected: &str) {
    assert_eq!(problems(received), [expected]);
}
