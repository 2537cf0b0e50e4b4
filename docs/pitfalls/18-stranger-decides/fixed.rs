//! Ten requests from the internet, each a trace of ours with a link to the caller's.

use axum::{Router, routing::post};
use http::HeaderMap;
use opentelemetry::{
    Context, global,
    trace::{Link, TraceContextExt, Tracer},
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_sdk::propagation::TraceContextPropagator;

async fn order(headers: HeaderMap) {
    let caller = global::get_text_map_propagator(|global| global.extract(&HeaderExtractor(&headers)));
    let link = Link::with_context(caller.span().span_context().clone());
    let tracer = global::tracer("shop");
    let span = tracer.span_builder("POST /orders").with_links(vec![link]);
    drop(span.start_with_context(&tracer, &Context::new()));
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
