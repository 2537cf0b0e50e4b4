//! A client calls a server; both inject and extract with care, and there are two traces.

use axum::{Router, routing::post};
use http::HeaderMap;
use opentelemetry::{
    Context, global,
    trace::{TraceContextExt, Tracer},
};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};

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
    // Injecting and extracting go through the global propagator, which nobody has set: it does nothing.
    let address = pitfalls::serve(Router::new().route("/orders", post(order))).await?;
    check_out(&address).await?;
    provider.shutdown()?;
    Ok(())
}
