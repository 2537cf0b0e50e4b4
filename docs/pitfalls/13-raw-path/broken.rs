//! A hundred orders are looked at, and the metric grows by a hundred series.

use std::sync::LazyLock;

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use opentelemetry::{KeyValue, global, metrics::Counter};

static REQUESTS: LazyLock<Counter<u64>> =
    LazyLock::new(|| global::meter("shop").u64_counter("requests").build());

// Who calls decides what a path is: an id, a typing error, a scan for holes. Each is a series for ever.
async fn count(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    REQUESTS.add(1, &[KeyValue::new("url.path", path)]);
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
