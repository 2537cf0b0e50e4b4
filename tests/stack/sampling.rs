//! What the Collector keeps, and what it takes out of it.

use std::time::Duration;

use uuid::Uuid;

use crate::{
    sent_trace::{SentTrace, send, send_spans},
    stack::{known, spans, sum, until},
};

/// The decision is two seconds after the first span, one by one; then Jaeger gets them in batches.
async fn decided(kept: &[SentTrace]) {
    until("the traces that must be kept are in Jaeger", async || known(ids(kept)).await == kept.len()).await;
}

fn ids(traces: &[SentTrace]) -> impl Iterator<Item = &str> {
    traces.iter().map(|trace| trace.id.as_str())
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn failed_slow_and_dead_letter_traces_are_kept_and_of_the_rest_a_share() {
    let run = format!("/test/{}", Uuid::new_v4().simple());
    let slow = |trace: &mut SentTrace| trace.took = Duration::from_millis(700);
    let mut kept = SentTrace::many(20, &run, |trace| trace.worker_failed = true);
    kept.extend(SentTrace::many(20, &run, slow));
    kept.extend(SentTrace::many(20, &format!("{run}/sessions"), |trace| {
        trace.took = Duration::from_millis(1100);
    }));
    kept.extend(SentTrace::many(20, &run, |trace| trace.destination = "orders.placed.dead-letter"));

    // Nothing to keep about these: in time, in time for a password, nobody waits for it, a stream.
    let mut rest = SentTrace::many(400, &run, |_| ());
    rest.extend(SentTrace::many(50, &format!("{run}/sessions"), slow));
    rest.extend(SentTrace::many(50, &run, |trace| trace.worker_took = Duration::from_secs(30)));
    rest.extend(SentTrace::many(50, &format!("{run}/events"), |trace| trace.took = Duration::from_secs(60)));

    // The kept ones last: once they are there, all others have been decided too.
    send(&rest).await;
    send(&kept).await;
    decided(&kept).await;
    // One in ten of 550 is 55, five standard deviations to both sides are 35.
    let share = known(ids(&rest)).await;
    assert!((20..=90).contains(&share), "{share} of {} are kept, one in ten was asked for", rest.len());
    println!("kept: {} of {}, and of the rest {share} of {}", kept.len(), kept.len(), rest.len());

    // Before sampling all of it was counted.
    let selector = format!("traces_span_metrics_calls_total{{span_name=~\"POST {run}.*\"}}");
    let sent = (kept.len() + rest.len()) as f64;
    until("each request that was sent is counted", async || sum(&selector).await == sent).await;
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn a_span_that_comes_late_follows_the_decision() {
    let kept = SentTrace { worker_failed: true, ..SentTrace::new("/test/late") };
    let rest = SentTrace::many(40, "/test/late", |_| ());
    send(&rest).await;
    send([&kept]).await;
    decided(std::slice::from_ref(&kept)).await;
    let mut dropped = None;
    for trace in &rest {
        if spans(&trace.id).await.is_empty() {
            dropped = Some(trace.clone());
        }
    }
    let dropped = dropped.expect("of forty at least one is not kept");

    // A failure, which would have kept its trace had it come in time: that is what tail sampling can't do.
    let failed = SentTrace { worker_failed: true, ..dropped.clone() };
    send_spans(vec![failed.late(), kept.late()]).await;
    until("the late span is with its trace", async || spans(&kept.id).await.len() == 3).await;
    assert!(spans(&dropped.id).await.is_empty(), "its trace was dropped, and so is the late span");
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn what_must_never_be_stored_is_taken_out() {
    let mut trace = SentTrace { worker_failed: true, ..SentTrace::new("/test/secrets") };
    trace.attributes = vec![
        ("enduser.id", "ada"),
        ("user.email", "ada@example.com"),
        ("http.request.header.authorization", "Bearer abc"),
        ("db.query.parameter.0", "4711"),
        ("note", "sent to ada.lovelace@example.com"),
        ("dsn", "postgres://ada:lovelace@db/orders"),
        ("header", "bearer eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl"),
        ("kept", "TEA-001"),
    ];
    send([&trace]).await;
    decided(std::slice::from_ref(&trace)).await;
    let stored = serde_json::to_string(&spans(&trace.id).await).unwrap();
    for secret in ["enduser.id", "user.email", "Bearer abc", "4711", "lovelace", "eyJ", "@example.com"] {
        assert!(!stored.contains(secret), "{secret} is in {stored}");
    }
    for kept in ["TEA-001", "sent to [e-mail]", "postgres://[secret]@db/orders", "bearer [token]"] {
        assert!(stored.contains(kept), "{kept} is not in {stored}");
    }
}
