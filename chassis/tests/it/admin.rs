use std::{
    future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use chassis::{Probe, Readiness, Shutdown, serve_admin};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use telemetry::testing::Recorder;

struct Admin {
    address: SocketAddr,
    readiness: Readiness,
    shutdown: Shutdown,
}

async fn serve(readiness: Readiness) -> Admin {
    let (telemetry, _recorder) = Recorder::new(telemetry::service!());
    let listener = chassis::listen("ADMIN_ADDR", "127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = Shutdown::new();
    telemetry::spawn(serve_admin(listener, readiness.clone(), telemetry, shutdown.clone()));
    Admin { address, readiness, shutdown }
}

impl Admin {
    async fn ready(&self) -> (StatusCode, Value) {
        let answer = reqwest::get(format!("http://{}/readyz", self.address)).await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

fn up() -> Probe {
    Box::pin(future::ready(Ok(())))
}

/// A dependency that a test can switch.
fn switched(on: &Arc<AtomicBool>) -> impl Fn() -> Probe + use<> {
    let on = Arc::clone(on);
    move || {
        let answer = if on.load(Ordering::Relaxed) { Ok(()) } else { Err("connection refused".to_owned()) };
        Box::pin(future::ready(answer))
    }
}

#[tokio::test]
async fn a_process_is_alive_before_it_is_ready() {
    let admin = serve(Readiness::builder().required("postgresql", up).build()).await;
    let alive = reqwest::get(format!("http://{}/livez", admin.address)).await.unwrap();
    assert_eq!(alive.status(), StatusCode::OK);
    assert_eq!(admin.ready().await.0, StatusCode::SERVICE_UNAVAILABLE);
    admin.readiness.set_serving(true);
    assert_eq!(admin.ready().await.0, StatusCode::OK);
    admin.shutdown.request();
}

#[tokio::test]
async fn a_required_dependency_that_is_down_makes_a_process_unready_and_a_degraded_one_does_not() {
    let (database, cache) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
    let readiness = Readiness::builder()
        .required("postgresql", switched(&database))
        .degraded("redis", switched(&cache))
        .build();
    readiness.set_serving(true);
    let admin = serve(readiness).await;
    let redis = json!({ "up": false, "required": false, "error": "connection refused" });
    let (status, report) = admin.ready().await;
    assert_eq!((status, &report["dependencies"]["redis"]), (StatusCode::OK, &redis));
    assert_eq!(report["dependencies"]["postgresql"], json!({ "up": true, "required": true }));

    database.store(false, Ordering::Relaxed);
    let (status, report) = admin.ready().await;
    assert_eq!((status, &report["ready"]), (StatusCode::SERVICE_UNAVAILABLE, &json!(false)));
}

#[tokio::test(start_paused = true)]
async fn a_dependency_that_never_answers_is_down() {
    let readiness = Readiness::builder().required("postgresql", || Box::pin(future::pending())).build();
    readiness.set_serving(true);
    assert!(!readiness.report().await.ready);
}

#[tokio::test]
async fn a_log_filter_that_makes_no_sense_is_refused_with_a_reason() {
    let admin = serve(Readiness::builder().build()).await;
    let url = format!("http://{}/log-level", admin.address);
    let answer = Client::new().put(&url).body("service=[loud").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(!answer.text().await.unwrap().trim().is_empty());
}
