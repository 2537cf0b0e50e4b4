use std::{error::Error, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{self, Request, StatusCode, header},
    response::Response,
    routing::get,
};
use tokio::{sync::mpsc, time::timeout};
use tower::ServiceExt;

use super::bound;

type Outcome = Result<(), Box<dyn Error>>;

async fn call(routes: &Router, path: &str) -> Result<Response, http::Error> {
    let Ok(response) = routes.clone().oneshot(Request::get(path).body(Body::empty())?).await;
    Ok(response)
}

#[tokio::test]
async fn one_request_too_many_is_told_to_come_back_and_the_others_go_on() -> Outcome {
    let (entered, mut entries) = mpsc::channel(1);
    let (release, gate) = tokio::sync::oneshot::channel::<()>();
    let gate = std::sync::Arc::new(tokio::sync::Mutex::new(Some(gate)));
    let wait = move || async move {
        let gate = gate.lock().await.take();
        // Both fail only when the test has failed before.
        let _ = entered.send(()).await;
        if let Some(gate) = gate {
            let _ = gate.await;
        }
    };
    let routes = bound(Router::new().route("/", get(wait)), 1);
    let second = async {
        entries.recv().await.ok_or("nobody entered")?;
        let refused = call(&routes, "/").await?;
        release.send(()).map_err(|()| "the first did not wait")?;
        Ok::<_, Box<dyn Error>>(refused)
    };
    let (first, second) = tokio::join!(call(&routes, "/"), second);
    let (first, second) = (first?, second?);
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(second.headers()[header::RETRY_AFTER], "1");
    Ok(())
}

#[tokio::test]
async fn a_panicking_handler_answers_500_without_its_message() -> Outcome {
    async fn panic() {
        panic!("secret");
    }
    let routes = bound(Router::new().route("/", get(panic)), 1);
    let response = call(&routes, "/").await?;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    assert!(!String::from_utf8_lossy(&body).contains("secret"));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_cut_off_with_504() -> Outcome {
    let routes = bound(Router::new().route("/", get(std::future::pending::<()>)), 1);
    let response = timeout(Duration::from_secs(60), call(&routes, "/")).await??;
    assert_eq!(response.status(), StatusCode::GATEWAY_TIMEOUT);
    Ok(())
}
