//! The Collector when Jaeger is away, when it is stopped itself, and when it is killed.

use crate::{
    sent_trace::{SentTrace, send},
    stack::{collector_answers, compose, known, spans, sum, until},
};

/// What every trace of these tests is: one that must be kept.
fn failed(count: usize, route: &str) -> Vec<SentTrace> {
    SentTrace::many(count, route, |trace| trace.worker_failed = true)
}

async fn all_arrive(traces: &[SentTrace]) {
    until("all of them are in Jaeger", async || {
        known(traces.iter().map(|trace| trace.id.as_str())).await == traces.len()
    })
    .await;
}

async fn decided_in_all() -> f64 {
    sum("otelcol_processor_tail_sampling_global_count_traces_sampled").await
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn a_jaeger_that_is_away_loses_nothing_even_when_the_collector_is_killed_meanwhile() {
    let before = decided_in_all().await;
    compose(&["stop", "--timeout", "5", "jaeger"], &[]);
    let traces = failed(100, "/test/jaeger-away");
    send(&traces).await;
    until("all of them are decided", async || decided_in_all().await >= before + 100.0).await;
    until("they wait in the queue", async || {
        sum("otelcol_exporter_queue_size{exporter=\"otlp_grpc/jaeger\"}").await > 0.0
    })
    .await;
    compose(&["kill", "--signal", "KILL", "otel-collector"], &[]);
    compose(&["up", "--detach", "--no-deps", "--wait", "jaeger"], &[]);
    compose(&["up", "--detach", "--no-deps", "otel-collector"], &[]);
    all_arrive(&traces).await;
    collector_answers().await;
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn a_collector_that_is_stopped_decides_what_it_has_and_loses_nothing() {
    let traces = failed(100, "/test/stopped");
    send(&traces).await;
    compose(&["restart", "--timeout", "30", "otel-collector"], &[]);
    all_arrive(&traces).await;
    collector_answers().await;
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn a_collector_that_is_killed_loses_at_most_what_awaited_its_decision() {
    let before = decided_in_all().await;
    let decided = failed(100, "/test/killed/decided");
    send(&decided).await;
    until("all of them are decided", async || decided_in_all().await >= before + 100.0).await;
    all_arrive(&decided).await;
    let waiting = failed(100, "/test/killed/waiting");
    send(&waiting).await;
    compose(&["kill", "--signal", "KILL", "otel-collector"], &[]);
    compose(&["up", "--detach", "--no-deps", "otel-collector"], &[]);
    collector_answers().await;
    // What it has decided before is in the queue ahead of these.
    let after = failed(100, "/test/killed/after");
    send(&after).await;
    all_arrive(&after).await;
    all_arrive(&decided).await;
    let survived = known(waiting.iter().map(|trace| trace.id.as_str())).await;
    println!("killed with 100 traces undecided: {survived} of them arrived, {} are lost", 100 - survived);
}

/// Jaeger's store refuses a value of 65,000 bytes, and with it all that is written at once.
#[tokio::test]
#[ignore = "needs the running stack"]
async fn values_that_are_too_long_are_cut_and_take_no_other_span_with_them() {
    let filler: &'static str = "x".repeat(70_000).leak();
    let long = SentTrace::many(100, "/test/long", |trace| {
        trace.worker_failed = true;
        trace.attributes.push(("throughline.filler", filler));
    });
    let short = failed(100, "/test/beside-long");
    send(long.iter().chain(&short)).await;
    for trace in long.iter().chain(&short) {
        until("both spans are in Jaeger", async || spans(&trace.id).await.len() == 2).await;
    }
    let stored = spans(&long[0].id).await;
    let mut tags = stored.iter().flat_map(|span| span["tags"].as_array().unwrap());
    let kept = tags.find(|tag| tag["key"] == "throughline.filler").unwrap();
    assert_eq!(kept["value"].as_str().map(str::len), Some(32_768));
}
