//! A hundred orders are looked at, in one series of the metric.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use opentelemetry::{KeyValue, global, metrics::Counter};

static REQUESTS: LazyLock<Counter<u64>> =
    LazyLock::new(|| global::meter("shop").u64_counter("requests").build());

// What the router matched, `/orders/{id}`. There are as many as there are routes, whatever people ask for.
async fn count(route: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let route = route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    REQUESTS.add(1, &[KeyValue::new("http.route", route)]);
    next.run(request).await
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let provider = pitfalls::meter_provider()?;
    global::set_meter_provider(provider.clone());
    let app = Router::new().route("/orders/{id}", get(|| async { "two teas" })).layer(from_fn(count));
    let address = pitfalls::serve(app).await?;
    let client = reqwest::Client::new();
    for id in 0..100 {
        client.get(format!("{address}/orders/{id}")).send().await?;
    }
    provider.shutdown()?;
    Ok(())
}
