//! Metrics of the services, and the traces that their exemplars name.

use std::time::{Duration, SystemTime};

use crate::{
    stack::{exemplars, query, spans, sum, until},
    traffic::Traffic,
};

#[tokio::test]
#[ignore = "needs the running stack"]
async fn the_exemplars_of_kept_traces_are_all_in_jaeger() {
    // Those of the tests before, too: of kills, of a full Collector.
    let (selector, begun) =
        ("traces_kept_duration_seconds_bucket", SystemTime::now() - Duration::from_secs(600));
    let traffic = Traffic::start().await;
    until("there are exemplars of kept traces", async || exemplars(selector, begun).await.len() >= 5).await;
    traffic.stop().await;
    let named = exemplars(selector, begun).await;
    for id in &named {
        until(&format!("trace {id} is in Jaeger"), async || !spans(id).await.is_empty()).await;
    }
    println!("exemplars of kept traces: {0} of {0} are in Jaeger", named.len());
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn the_services_own_exemplars_name_traces_of_that_request() {
    let begun = SystemTime::now();
    let traffic = Traffic::start().await;
    let selector = "http_server_request_duration_seconds_bucket{service_name=\"gateway\", http_route=\"/api/v1/orders\"}";
    until("one of them is a trace that was kept", async || {
        for id in exemplars(selector, begun).await {
            let spans = spans(&id).await;
            if spans.iter().any(|span| span["operationName"] == "POST /api/v1/orders") {
                return true;
            }
        }
        false
    })
    .await;
    traffic.stop().await;
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn who_calls_whom_is_known_from_their_spans() {
    let traffic = Traffic::start().await;
    for (caller, callee) in [
        ("gateway", "users"),
        ("gateway", "orders"),
        ("gateway", "redis"),
        ("users", "postgresql"),
        ("orders", "orders.placed"),
        ("order-worker", "orders.placed"),
        ("order-worker", "orders"),
        ("order-worker", "postgresql"),
    ] {
        let edge =
            format!("traces_edges_calls_total{{service_name=\"{caller}\", service_peer_name=\"{callee}\"}}");
        until(&edge, async || sum(&edge).await > 0.0).await;
    }
    traffic.stop().await;
    let all = query("count by (service_peer_name) (traces_edges_calls_total)").await.unwrap();
    assert!(all.len() < 20, "the other sides are few: {all:?}");
}
