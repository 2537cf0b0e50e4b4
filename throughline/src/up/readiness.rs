//! Asking a service whether it is ready.

use std::{net::SocketAddr, time::Duration};

use axum::body::Body;
use http_body_util::BodyExt;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};

const ASK_EVERY: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks `/readyz` until it says yes.
///
/// # Errors
/// The patience, and what was answered last.
pub(super) async fn wait(admin: SocketAddr) -> Result<(), (Duration, String)> {
    let mut last = "it did not answer".to_owned();
    let ready = async {
        while let Err(answer) = ask(admin).await {
            last = answer;
            tokio::time::sleep(ASK_EVERY).await;
        }
    };
    let outcome = tokio::time::timeout(PATIENCE, ready).await;
    outcome.map_err(|_| (PATIENCE, last))
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
