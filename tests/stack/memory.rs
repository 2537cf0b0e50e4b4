//! The Collector whose memory is full: it refuses, the services say so, and all goes on when it has room again.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    sent_trace::{SentTrace, request_of},
    stack::{OTLP, collector_answers, compose, sum, until},
    traffic::Traffic,
};

/// Of one attribute. The Collector takes it as it is; a service would have cut it.
const BIG: usize = 64 * 1024;
const SPANS_A_REQUEST: usize = 64;
/// Sent when nothing was refused: far more than the Collector's container may have.
const TOO_MANY_REQUESTS: usize = 200;
/// Exports that failed and were tried again, or given up.
const FAILED_EXPORTS: &str = "otel_sdk_exporter_operation_duration_seconds_count{error_type!=\"\"}";
const LOST: &str = "{__name__=~\"otel_sdk_processor_(span|log)_processed_total\", error_type!=\"\"}";
const REFUSED: &str = "otelcol_receiver_refused_spans";
const SENT: &str = "sum(otel_sdk_processor_span_processed_total{error_type=\"\"})";

/// Decisions that come late: until then the traces are in memory.
fn start_collector(wait: &str) {
    compose(&["up", "--detach", "--no-deps", "otel-collector"], &[("TAIL_SAMPLING_WAIT", wait)]);
}

/// Sends until the Collector refuses; how much it has taken.
async fn fill() -> usize {
    let filler = "x".repeat(BIG);
    for taken in 0..TOO_MANY_REQUESTS {
        let spans: Vec<Value> = (0..SPANS_A_REQUEST).map(|_| big(&filler)).collect();
        let answer = Client::new().post(OTLP).json(&request_of(&spans)).send().await.unwrap();
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::SERVICE_UNAVAILABLE => return taken * SPANS_A_REQUEST * BIG,
            other => panic!("the Collector answers {other} instead of refusing: {:?}", answer.text().await),
        }
    }
    panic!("the Collector has taken {TOO_MANY_REQUESTS} requests and refused none");
}

fn big(filler: &str) -> Value {
    let mut span = SentTrace::new("/test/big").late();
    let attributes = span["scopeSpans"][0]["spans"][0]["attributes"].as_array_mut().unwrap();
    attributes.push(json!({ "key": "throughline.filler", "value": { "stringValue": filler } }));
    span
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn a_collector_without_memory_refuses_and_the_services_count_that_and_recover() {
    let (failed, lost) = (sum(FAILED_EXPORTS).await, sum(LOST).await);
    start_collector("15s");
    collector_answers().await;
    let taken = fill().await;
    let traffic = Traffic::start().await;
    // The Collector's own figures are scraped, not sent: they are there all the time.
    until("it says that it refuses", async || sum(REFUSED).await > 0.0).await;
    until("the services have counted it and can say so", async || sum(FAILED_EXPORTS).await > failed).await;
    let before = sum(SENT).await;
    until("they export as before", async || sum(SENT).await > before).await;
    traffic.stop().await;
    println!(
        "memory limit: refused after {} MB, {} spans; {} exports failed, {} spans and records lost and counted",
        taken / 1_000_000,
        sum(REFUSED).await,
        sum(FAILED_EXPORTS).await - failed,
        sum(LOST).await - lost
    );
    start_collector("2s");
    collector_answers().await;
}
