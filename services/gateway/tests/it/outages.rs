//! What is around the gateway fails.

use http::{Method, StatusCode, header};
use http_body_util::Full;
use local_servers::{RedisServer, ports};
use serde_json::json;
use telemetry::testing::Logs;
use tokio::{net::TcpListener, time::timeout};

use crate::support::{Gateway, PATIENCE, Setup, token};

const ORDER: &str = r#"{"lines": [{"sku": "TEA-001", "quantity": 1}]}"#;

#[tokio::test]
async fn when_a_neighbour_can_not_be_reached_every_call_is_503_with_retry_after() {
    let gateway = Gateway::start().await;
    let account = json!({"email": "ada@example.com", "name": "Ada", "password": "correct horse"});
    let credentials = json!({"email": "ada@example.com", "password": "correct horse"});
    let products = gateway.request(Method::GET, "/api/v1/products").body(Full::default()).unwrap();
    let id = uuid::Uuid::now_v7();
    for answer in [
        gateway.post("/api/v1/users", account.to_string()).await,
        gateway.post("/api/v1/sessions", credentials.to_string()).await,
        gateway.get("/api/v1/users/me", &token()).await,
        gateway.send(products).await,
        gateway.place_order(ORDER).await,
        gateway.get(&format!("/api/v1/orders/{id}"), &token()).await,
        gateway.get("/api/v1/orders", &token()).await,
        gateway.cancel(id, &token()).await,
        gateway.get(&format!("/api/v1/orders/{id}/events"), &token()).await,
    ] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.header(header::RETRY_AFTER), "1");
        assert!(!answer.detail().contains("127.0.0.1"), "where neighbours are is nobody's business");
    }
}

#[tokio::test]
async fn when_a_neighbour_never_answers_it_is_504() {
    let (logs, _guard) = Logs::capture();
    // The system accepts connections in its name, and nobody reads them.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let setup = Setup { users_url: format!("http://{}", silent.local_addr().unwrap()), ..Setup::new() };
    let gateway = Gateway::start_with(&setup).await;
    assert_eq!(gateway.place_order(ORDER).await.status, StatusCode::GATEWAY_TIMEOUT);
    assert_eq!(logs.lines_with("users did not answer in time"), 1, "{}", logs.text());
}

#[tokio::test]
async fn an_outage_is_logged_once_for_its_request_and_not_shown_to_the_caller() {
    let (logs, _guard) = Logs::capture();
    let gateway = Gateway::start().await;
    gateway.place_order(ORDER).await;
    assert_eq!(logs.lines_with("ERROR"), 1, "{}", logs.text());
    assert_eq!(logs.lines_with("users can't be reached"), 1, "{}", logs.text());
}

#[tokio::test]
async fn a_callers_mistake_is_not_logged_as_a_failure() {
    let (logs, _guard) = Logs::capture();
    let gateway = Gateway::start().await;
    gateway.place_order("nonsense").await;
    assert_eq!(logs.lines_with("ERROR"), 0, "{}", logs.text());
}

#[tokio::test]
async fn without_redis_requests_pass_and_its_outage_is_logged_at_its_begin_and_end_only() {
    let (logs, _guard) = Logs::capture();
    let folder = tempfile::tempdir().unwrap();
    let [port] = ports::free().unwrap();
    let first = RedisServer::start(folder.path(), port, 1).await.unwrap();
    let gateway = Gateway::start_with(&Setup::with_redis(first.url(0))).await;
    first.stop().await;
    for _ in 0..5 {
        // As far as the neighbour that can't be reached either.
        assert_eq!(gateway.place_order(ORDER).await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    assert_eq!(logs.lines_with("requests are not limited"), 1, "{}", logs.text());

    let _second = RedisServer::start(folder.path(), port, 1).await.unwrap();
    // The connection is made anew in the background: some more requests may pass before.
    let back = async {
        while logs.lines_with("requests are limited") == 0 {
            gateway.place_order(ORDER).await;
        }
    };
    timeout(PATIENCE, back).await.expect("Redis is noticed again");
    gateway.place_order(ORDER).await;
    assert_eq!(logs.lines_with("requests are limited"), 1, "{}", logs.text());
}
