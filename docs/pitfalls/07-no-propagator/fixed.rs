//! A client calls a server, and the server goes on with the client's trace.

use axum::{Router, routing::post};
use http::HeaderMap;
use opentelemetry::{
    Context, global,
    trace::{TraceContextExt, Tracer},
};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;

async fn order(headers: HeaderMap) {
    let caller = global::get_text_map_propagator(|global| global.extract(&HeaderExtractor(&headers)));
    drop(global::tracer("orders").start_with_context("POST /orders", &caller));
}

async fn check_out(address: &str) -> anyhow::Result<()> {
    let context = Context::current_with_span(global::tracer("shop").start("check out"));
    let mut headers = HeaderMap::new();
    global::get_text_map_propagator(|global| {
        global.inject_context(&context, &mut HeaderInjector(&mut headers));
    });
    reqwest::Client::new().post(format!("{address}/orders")).headers(headers).send().await?;
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::tracer_provider()?;
    global::set_tracer_provider(provider.clone());
    global::set_text_map_propagator(TraceContextPropagator::new());
    let address = pitfalls::serve(Router::new().route("/orders", post(order))).await?;
    check_out(&address).await?;
    provider.shutdown()?;
    Ok(())
}
