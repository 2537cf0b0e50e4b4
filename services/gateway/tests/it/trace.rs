//! What a request leaves behind in traces, and what it must not.

use http::{Method, StatusCode, header};
use http_body_util::Full;
use serde_json::json;
use telemetry::testing::{Logs, SpanData};
use tokio::time::timeout;

use crate::support::{Gateway, PATIENCE, token};

async fn spans(gateway: &Gateway, count: usize) -> Vec<SpanData> {
    let recorded = gateway.recorder.wait_for(|spans| spans.len() >= count);
    timeout(PATIENCE, recorded).await.expect("all spans end")
}

fn named<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    let found = spans.iter().find(|span| span.name == name);
    found.unwrap_or_else(|| {
        panic!("no span {name} in {:?}", spans.iter().map(|s| &s.name).collect::<Vec<_>>())
    })
}

#[tokio::test]
async fn an_order_is_one_trace_from_the_route_to_the_counters_and_the_neighbour() {
    let gateway = Gateway::start().await;
    let answer = gateway.place_order(r#"{"lines": [{"sku": "TEA-001", "quantity": 1}]}"#).await;
    let spans = spans(&gateway, 3).await;
    let server = named(&spans, "POST /api/v1/orders");
    assert_eq!(format!("{:?}", server.span_kind), "Server");
    assert_eq!(server.span_context.trace_id().to_string(), answer.header("x-trace-id"));
    for name in ["EVAL", "users.v1.UserService/GetUser"] {
        let client = named(&spans, name);
        assert_eq!(format!("{:?}", client.span_kind), "Client");
        assert_eq!(client.parent_span_id, server.span_context.span_id(), "{name}");
        assert_eq!(client.span_context.trace_id(), server.span_context.trace_id(), "{name}");
    }
    assert_eq!(spans.len(), 3, "nothing else");
}

#[tokio::test]
async fn a_path_with_an_id_is_named_after_its_route() {
    let gateway = Gateway::start().await;
    gateway.get(&format!("/api/v1/orders/{}", uuid::Uuid::now_v7()), &token()).await;
    named(&spans(&gateway, 3).await, "GET /api/v1/orders/{id}");
}

#[tokio::test]
async fn a_callers_traceparent_is_linked_to_and_not_continued() {
    let gateway = Gateway::start().await;
    let theirs = "0af7651916cd43dd8448eb211c80319c";
    let request = gateway
        .request(Method::GET, "/api/v1/nowhere")
        .header("traceparent", format!("00-{theirs}-b7ad6b7169203331-00"));
    let answer = gateway.send(request.body(Full::default()).unwrap()).await;
    assert_ne!(answer.header("x-trace-id"), theirs);
    let spans = spans(&gateway, 1).await;
    let links: Vec<String> =
        spans[0].links.iter().map(|link| link.span_context.trace_id().to_string()).collect();
    assert_eq!(links, [theirs]);
}

#[tokio::test]
async fn passwords_tokens_and_addresses_are_in_no_log_and_no_span() {
    let (logs, _guard) = Logs::capture();
    let gateway = Gateway::start().await;
    let (email, password, token) = ("ada.secret@example.com", "correct-horse-battery", token());
    let account = json!({"email": email, "name": "Ada", "password": password});
    let credentials = json!({"email": email, "password": password});
    gateway.post("/api/v1/users", account.to_string()).await;
    gateway.post("/api/v1/sessions", credentials.to_string()).await;
    gateway.post("/api/v1/sessions", format!(r#"{{"email": "{email}", "password": "{password}""#)).await;
    gateway.get("/api/v1/users/me", &token).await;
    let refused = gateway.request(Method::GET, "/api/v1/users/me");
    let refused = refused.header(header::AUTHORIZATION, format!("Bearer {token}x"));
    let refused = gateway.send(refused.body(Full::default()).unwrap()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);

    let said = format!("{}{:?}", logs.text(), gateway.recorder.spans());
    assert!(
        said.contains("users can't be reached") && said.contains("POST /api/v1/users"),
        "it sees something"
    );
    for secret in [email, password, &token, "AQEBAQEBAQEB"] {
        assert!(!said.contains(secret), "{secret} is in {said}");
    }
}
