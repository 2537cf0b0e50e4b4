//! What is recorded and does not arrive, or arrives and was not recorded.

use std::time::Duration;

use telemetry::testing::Answer;

use crate::pair::{Pair, Run};

fn spans_of_ten(run: &Run) -> String {
    format!("{} of 10 spans arrive", run.received.spans().len())
}

#[test]
fn spans_of_a_program_that_shuts_nothing_down_never_arrive() {
    Pair::of("01-lost-spans").shows(spans_of_ten, "0 of 10 spans arrive", "10 of 10 spans arrive");
}

#[test]
fn a_shutdown_on_the_only_thread_waits_for_itself_and_loses_the_spans() {
    let observe = |run: &Run| {
        let end = if run.output.status.success() { "succeeds" } else { "fails" };
        format!("{}, the program {end}", spans_of_ten(run))
    };
    Pair::of("02-hanging-shutdown").shows(
        observe,
        "0 of 10 spans arrive, the program fails",
        "10 of 10 spans arrive, the program succeeds",
    );
}

#[test]
fn a_shutdown_is_ok_when_nothing_was_delivered() {
    let observe = |run: &Run| {
        let said = String::from_utf8_lossy(&run.output.stdout);
        format!("{}, the program says \"{}\"", spans_of_ten(run), said.trim())
    };
    Pair::of("03-ok-though-lost").answered(Answer::Forbid).shows(
        observe,
        "0 of 10 spans arrive, the program says \"lost 0 of 10 spans\"",
        "0 of 10 spans arrive, the program says \"lost 10 of 10 spans\"",
    );
}

#[test]
fn a_burst_beyond_the_queue_is_dropped() {
    // While the first batch waits, of 512 spans at the most, 2,048 more find room.
    let observe = |run: &Run| match run.received.spans().len() {
        10_000 => "all of 10,000 spans arrive".to_owned(),
        0..=2_560 => "at most 2,560 of 10,000 spans arrive".to_owned(),
        count => format!("{count} of 10,000 spans arrive"),
    };
    Pair::of("04-full-queue").answered(Answer::Delay(Duration::from_millis(1_500))).shows(
        observe,
        "at most 2,560 of 10,000 spans arrive",
        "all of 10,000 spans arrive",
    );
}

#[test]
fn an_exporter_that_may_log_to_itself_logs_without_end() {
    let observe = |run: &Run| match run.received.records().len() {
        1 => "1 log record arrives".to_owned(),
        101.. => "more than 100 log records arrive".to_owned(),
        count => format!("{count} log records arrive"),
    };
    Pair::of("05-log-loop").shows(observe, "more than 100 log records arrive", "1 log record arrives");
}
