//! Asking another process whether it is ready.

use std::{net::SocketAddr, time::Duration};

use axum::body::Body;
use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

/// Longer than a process may take to ask all its dependencies.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Asks `/readyz` at an admin address.
///
/// # Errors
/// What was answered instead: the report of the dependencies, or why there was no answer.
pub async fn ask_readiness(admin: SocketAddr) -> Result<(), String> {
    let asked = tokio::time::timeout(TIMEOUT, ask(admin)).await;
    asked.unwrap_or_else(|_| Err(format!("no answer within {TIMEOUT:?}")))
}

async fn ask(admin: SocketAddr) -> Result<(), String> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Body>();
    let request = http::Request::get(format!("http://{admin}/readyz")).body(Body::empty());
    let request = request.map_err(|error| error.to_string())?;
    let response = client.request(request).await.map_err(|error| error.to_string())?;
    let status = response.status();
    let body = response.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
    if status.is_success() { Ok(()) } else { Err(String::from_utf8_lossy(&body).into_owned()) }
}
