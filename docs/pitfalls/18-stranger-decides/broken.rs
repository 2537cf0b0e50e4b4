//! Ten requests from the internet, and none of them in the traces: the callers wished so.

use axum::{Router, routing::post};
use http::HeaderMap;
use opentelemetry::{global, trace::Tracer};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;

async fn order(headers: HeaderMap) {
    // The last two digits of `traceparent` say whether the caller records. Its children do as it does.
    let caller = global::get_text_map_propagator(|global| global.extract(&HeaderExtractor(&headers)));
    drop(global::tracer("shop").start_with_context("POST /orders", &caller));
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    global::set_tracer_provider(provider.clone());
    global::set_text_map_propagator(TraceContextPropagator::new());
    let address = pitfalls::serve(Router::new().route("/orders", post(order))).await?;
    let unrecorded = "00-11111111111111111111111111111111-2222222222222222-00";
    for _ in 0..10 {
        let call = reqwest::Client::new().post(format!("{address}/orders"));
        call.header("traceparent", unrecorded).send().await?;
    }
    provider.shutdown()?;
    Ok(())
}
