//! What callers get wrong, for every call.

use http::{Method, StatusCode, header};
use http_body_util::Full;
use serde_json::json;
use uuid::Uuid;

use crate::support::{Gateway, token};

const WITH_BODY: [&str; 3] = ["/api/v1/users", "/api/v1/sessions", "/api/v1/orders"];
const GOOD_LINES: &str = r#"{"lines": [{"sku": "TEA-001", "quantity": 2}]}"#;

/// With everything that `POST /api/v1/orders` asks for; the others ignore it.
fn post(gateway: &Gateway, path: &str) -> http::request::Builder {
    gateway
        .json(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", token()))
        .header("idempotency-key", Uuid::now_v7().to_string())
}

async fn post_body(gateway: &Gateway, path: &str, body: &str) -> (StatusCode, String) {
    let answer = gateway.send(post(gateway, path).body(Full::from(body.to_owned())).unwrap()).await;
    (answer.status, answer.detail().to_owned())
}

#[tokio::test]
async fn a_body_that_is_no_json_is_400_and_says_where() {
    let gateway = Gateway::start().await;
    let bodies: [&[u8]; 5] = [b"", b"{", b"nonsense", b"{'email': 1}", b"{\"\xff\xfe\": 1}"];
    for path in WITH_BODY {
        for body in bodies {
            let answer = gateway.send(post(&gateway, path).body(Full::from(body)).unwrap()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {body:?}");
            assert!(answer.detail().contains("line 1 column"), "{path} {body:?} {}", answer.detail());
        }
    }
}

#[tokio::test]
async fn a_member_of_the_wrong_type_is_422_and_named() {
    let gateway = Gateway::start().await;
    let cases = [
        ("/api/v1/users", json!({"email": 1, "name": "Ada", "password": "correct horse"}), "email"),
        ("/api/v1/users", json!({"email": "a@b", "name": null, "password": "correct horse"}), "name"),
        ("/api/v1/users", json!({"email": "a@b", "name": "Ada", "password": ["x"]}), "password"),
        ("/api/v1/users", json!({"email": "a@b", "name": "Ada"}), "password"),
        ("/api/v1/sessions", json!({"email": true, "password": "x"}), "email"),
        ("/api/v1/sessions", json!({"email": "a@b", "password": 12}), "password"),
        ("/api/v1/orders", json!({"lines": "TEA-001"}), "lines"),
        ("/api/v1/orders", json!({"lines": [{"sku": 1, "quantity": 1}]}), "lines[0].sku"),
        ("/api/v1/orders", json!({"lines": [{"sku": "TEA-001", "quantity": "2"}]}), "lines[0].quantity"),
        ("/api/v1/orders", json!({"lines": [{"sku": "TEA-001", "quantity": 1.5}]}), "lines[0].quantity"),
        ("/api/v1/orders", json!({"lines": [{"sku": "TEA-001"}]}), "quantity"),
        ("/api/v1/orders", json!({}), "lines"),
    ];
    for (path, body, member) in cases {
        let (status, detail) = post_body(&gateway, path, &body.to_string()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body} {detail}");
        assert!(detail.contains(member), "{path} {body} {detail}");
    }
}

#[tokio::test]
async fn a_member_that_we_do_not_know_is_422_instead_of_ignored() {
    let gateway = Gateway::start().await;
    let cases = [
        ("/api/v1/users", json!({"email": "a@b", "name": "Ada", "password": "x", "admin": true}), "admin"),
        ("/api/v1/sessions", json!({"email": "a@b", "password": "x", "totp": "1"}), "totp"),
        ("/api/v1/orders", json!({"lines": [], "coupon": "HALF"}), "coupon"),
        ("/api/v1/orders", json!({"lines": [{"sku": "TEA-001", "quantity": 1, "price": 0}]}), "price"),
    ];
    for (path, body, member) in cases {
        let (status, detail) = post_body(&gateway, path, &body.to_string()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body} {detail}");
        assert!(detail.contains(member), "{path} {body} {detail}");
    }
}

#[tokio::test]
async fn quantities_lines_and_skus_outside_their_rules_are_422() {
    let gateway = Gateway::start().await;
    let line = |quantity: i64| json!({"lines": [{"sku": "TEA-001", "quantity": quantity}]});
    let sku = |sku: &str| json!({"lines": [{"sku": sku, "quantity": 1}]});
    let many = |count| json!({"lines": vec![json!({"sku": "TEA-001", "quantity": 1}); count]});
    let cases = [
        (line(0), "1 to 1000"),
        (line(1001), "1 to 1000"),
        (line(-1), "quantity"),
        (line(i64::MAX), "quantity"),
        (many(0), "1 to 50"),
        (many(51), "1 to 50"),
        (sku(""), "1 to 64"),
        (sku("tea-001"), "A-Z"),
        (sku("TEA 001"), "A-Z"),
        (sku(&"A".repeat(65)), "1 to 64"),
    ];
    for (body, rule) in cases {
        let answer = gateway.place_order(body.to_string()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(answer.detail().contains(rule), "{body} {}", answer.detail());
    }
    // At the limits it is the neighbour that can't be asked.
    for body in [line(1), line(1000), many(50), sku(&"A".repeat(64))] {
        let answer = gateway.place_order(body.to_string()).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{body} {}", answer.detail());
    }
}

#[tokio::test]
async fn a_body_of_one_mebibyte_is_413_and_its_sender_gets_to_know() {
    let gateway = Gateway::start().await;
    for path in WITH_BODY {
        let body = format!("\"{}\"", "x".repeat(1024 * 1024));
        let (status, detail) = post_body(&gateway, path, &body).await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        assert!(detail.contains("65536"), "{detail}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_say_that_it_is_json_is_415() {
    let gateway = Gateway::start().await;
    for path in WITH_BODY {
        let mut request = post(&gateway, path).body(Full::from("{}")).unwrap();
        request.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
        assert_eq!(gateway.send(request).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
    }
}

#[tokio::test]
async fn an_order_without_a_usable_idempotency_key_is_400() {
    let gateway = Gateway::start().await;
    let too_long = "k".repeat(256);
    let keys: [&[&[u8]]; 6] =
        [&[], &[b""], &[b"a key"], &[too_long.as_bytes()], &[b"k\xff\xfe"], &[b"one", b"two"]];
    for values in keys {
        let mut request = post(&gateway, "/api/v1/orders").body(Full::from(GOOD_LINES)).unwrap();
        request.headers_mut().remove("idempotency-key");
        for value in values {
            request.headers_mut().append("idempotency-key", (*value).try_into().unwrap());
        }
        let answer = gateway.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{values:?}");
        assert!(answer.detail().to_lowercase().contains("idempotency-key"), "{}", answer.detail());
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_404() {
    let gateway = Gateway::start().await;
    for path in [
        "/api/v1",
        "/docs/nothing.js",
        "/docs/../main.rs",
        "/api/v2/orders",
        "/api/v1/orders/",
        "/livez",
        "/metrics",
    ] {
        let request = gateway.request(Method::GET, path).body(Full::default()).unwrap();
        assert_eq!(gateway.send(request).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn an_order_id_that_is_none_is_404_like_any_unknown_order() {
    let gateway = Gateway::start().await;
    for id in ["1", "TEA-001", "%00", "%ff", "0198c0de"] {
        for (method, what) in [(Method::GET, ""), (Method::POST, "/cancel"), (Method::GET, "/events")] {
            let request = gateway
                .request(method, &format!("/api/v1/orders/{id}{what}"))
                .header(header::AUTHORIZATION, format!("Bearer {}", token()));
            let answer = gateway.send(request.body(Full::default()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}{what}");
            assert_eq!(answer.detail(), "there is no such order");
        }
    }
}

#[tokio::test]
async fn a_wrong_method_is_405_and_names_the_right_ones() {
    let gateway = Gateway::start().await;
    for (method, path, allowed) in [
        (Method::PUT, "/api/v1/orders", "GET,HEAD,POST"),
        (Method::GET, "/api/v1/orders/1/cancel", "POST"),
        (Method::POST, "/api/v1/orders/1/events", "GET,HEAD"),
        (Method::DELETE, "/api/v1/products", "GET,HEAD"),
        (Method::PUT, "/api/v1/users", "POST"),
    ] {
        let request = gateway.request(method, path).body(Full::default()).unwrap();
        let answer = gateway.send(request).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header(header::ALLOW), allowed);
    }
}
