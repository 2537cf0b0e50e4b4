//! Which spans belong together.

use std::collections::BTreeSet;

use telemetry::testing::otlp::trace::v1::Span;

use crate::pair::{Pair, Run};

fn traces(run: &Run) -> String {
    let spans = run.received.spans();
    let traces: BTreeSet<_> = spans.iter().map(|span| &span.trace_id).collect();
    let word = if traces.len() == 1 { "trace" } else { "traces" };
    format!("{} spans arrive in {} {word}", spans.len(), traces.len())
}

#[test]
fn a_spawned_task_begins_a_trace_of_its_own() {
    Pair::of("06-spawned-task").shows(traces, "2 spans arrive in 2 traces", "2 spans arrive in 1 trace");
}

#[test]
fn without_a_propagator_a_call_is_two_traces() {
    Pair::of("07-no-propagator").shows(traces, "2 spans arrive in 2 traces", "2 spans arrive in 1 trace");
}

#[test]
fn a_guard_held_over_an_await_puts_strangers_into_one_trace() {
    Pair::of("16-entered-guard").shows(traces, "4 spans arrive in 1 trace", "4 spans arrive in 2 traces");
}

#[test]
fn a_stranger_can_switch_off_the_traces_of_who_believes_him() {
    let observe = |run: &Run| {
        let spans = run.received.spans();
        let links: usize = spans.iter().map(|span| span.links.len()).sum();
        format!("{} of 10 spans arrive, with {links} links", spans.len())
    };
    Pair::of("18-stranger-decides").shows(
        observe,
        "0 of 10 spans arrive, with 0 links",
        "10 of 10 spans arrive, with 10 links",
    );
}

#[test]
fn a_batch_with_one_parent_leaves_the_other_orders_without_an_end() {
    let observe = |run: &Run| {
        let batch = run.received.span("settle orders");
        let orders = run.received.spans().into_iter().filter(|span| span.name == "place order");
        let leads_to = |order: &Span| {
            let linked = batch.links.iter().any(|link| link.span_id == order.span_id);
            linked || batch.parent_span_id == order.span_id
        };
        format!("orders connected with the batch: {} of 3", orders.filter(|order| leads_to(order)).count())
    };
    Pair::of("19-batch-of-one-parent").shows(
        observe,
        "orders connected with the batch: 1 of 3",
        "orders connected with the batch: 3 of 3",
    );
}
