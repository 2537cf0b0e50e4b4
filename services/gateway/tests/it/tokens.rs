//! Who is let in. A good token is known by the answer 503: the neighbour behind it can't be reached.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{Method, StatusCode, header};
use http_body_util::Full;
use jsonwebtoken::Algorithm;
use serde_json::json;

use crate::support::{Gateway, NEW_KEY, OLD_KEY, claims, now, sign, token};

const ME: &str = "/api/v1/users/me";

async fn refused(gateway: &Gateway, token: &str, why: &str) {
    let answer = gateway.get(ME, token).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{why}");
    assert_eq!(answer.header(header::WWW_AUTHENTICATE), r#"Bearer error="invalid_token""#, "{why}");
}

#[tokio::test]
async fn a_token_of_any_of_the_keys_is_let_in() {
    let gateway = Gateway::start().await;
    let old = sign(&claims(), "old", &OLD_KEY, Algorithm::HS256);
    for token in [token(), old] {
        assert_eq!(gateway.get(ME, &token).await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test]
async fn a_token_of_another_key_is_refused() {
    let gateway = Gateway::start().await;
    refused(&gateway, &sign(&claims(), "new", &[9; 32], Algorithm::HS256), "another key").await;
    refused(&gateway, &sign(&claims(), "new", &OLD_KEY, Algorithm::HS256), "the key of another kid").await;
    refused(&gateway, &sign(&claims(), "other", &NEW_KEY, Algorithm::HS256), "unknown kid").await;
}

#[tokio::test]
async fn a_forged_token_is_refused() {
    let gateway = Gateway::start().await;
    let token = token();
    let parts: Vec<&str> = token.split('.').collect();
    let somebody_else = BASE64_URL_SAFE_NO_PAD.encode(claims().to_string());
    refused(&gateway, &format!("{}.{somebody_else}.{}", parts[0], parts[2]), "other claims").await;
    refused(&gateway, &format!("{}.{}.", parts[0], parts[1]), "no signature").await;
    refused(&gateway, "nonsense", "no token at all").await;
}

#[tokio::test]
async fn a_token_that_chooses_its_own_algorithm_is_refused() {
    let gateway = Gateway::start().await;
    for header in [json!({"alg": "none", "kid": "new"}), json!({"alg": "HS256", "typ": "JWT"})] {
        let part = |value: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let unsigned = format!("{}.{}.", part(&header), part(&claims()));
        refused(&gateway, &unsigned, &header.to_string()).await;
    }
    refused(&gateway, &sign(&claims(), "new", &NEW_KEY, Algorithm::HS512), "HS512").await;
}

#[tokio::test]
async fn an_expired_token_is_refused_and_says_so() {
    let gateway = Gateway::start().await;
    let mut claims = claims();
    claims["exp"] = json!(now() - 60);
    let token = sign(&claims, "new", &NEW_KEY, Algorithm::HS256);
    refused(&gateway, &token, "expired").await;
    assert!(gateway.get(ME, &token).await.detail().contains("expired"));
}

#[tokio::test]
async fn a_token_for_somebody_else_or_without_a_claim_is_refused() {
    let gateway = Gateway::start().await;
    for (claim, value) in
        [("iss", json!("https://elsewhere")), ("aud", json!("other")), ("sub", json!("admin"))]
    {
        let mut wrong = claims();
        wrong[claim] = value;
        refused(&gateway, &sign(&wrong, "new", &NEW_KEY, Algorithm::HS256), claim).await;
    }
    for claim in ["iss", "aud", "sub", "exp"] {
        let mut incomplete = claims();
        incomplete.as_object_mut().unwrap().remove(claim);
        refused(&gateway, &sign(&incomplete, "new", &NEW_KEY, Algorithm::HS256), claim).await;
    }
}

#[tokio::test]
async fn without_a_token_there_is_a_challenge_before_anything_else_is_looked_at() {
    let gateway = Gateway::start().await;
    for (method, path) in [
        (Method::GET, ME),
        (Method::POST, "/api/v1/orders"),
        (Method::GET, "/api/v1/orders?page_size=nonsense"),
        (Method::GET, "/api/v1/orders/0198c0de-0000-7000-8000-000000000000"),
        (Method::POST, "/api/v1/orders/nonsense/cancel"),
        (Method::GET, "/api/v1/orders/nonsense/events"),
    ] {
        let request = gateway.request(method, path).body(Full::from("nonsense")).unwrap();
        let answer = gateway.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.header(header::WWW_AUTHENTICATE), "Bearer");
    }
}

#[tokio::test]
async fn the_scheme_is_compared_without_case_and_other_schemes_are_no_token() {
    let gateway = Gateway::start().await;
    for (value, expected) in [
        (format!("bearer {}", token()), StatusCode::SERVICE_UNAVAILABLE),
        (format!("BEARER {}", token()), StatusCode::SERVICE_UNAVAILABLE),
        (format!("Basic {}", token()), StatusCode::UNAUTHORIZED),
        (token(), StatusCode::UNAUTHORIZED),
    ] {
        let request = gateway.request(Method::GET, ME).header(header::AUTHORIZATION, value);
        let answer = gateway.send(request.body(Full::default()).unwrap()).await;
        assert_eq!(answer.status, expected);
    }
}

#[tokio::test]
async fn an_authorization_header_that_is_not_ascii_or_sent_twice_is_400() {
    let gateway = Gateway::start().await;
    let good = format!("Bearer {}", token());
    let values: [&[&[u8]]; 2] = [&[b"Bearer \xff\xfe"], &[good.as_bytes(), good.as_bytes()]];
    for values in values {
        let mut request = gateway.request(Method::GET, ME).body(Full::default()).unwrap();
        for value in values {
            request.headers_mut().append(header::AUTHORIZATION, (*value).try_into().unwrap());
        }
        assert_eq!(gateway.send(request).await.status, StatusCode::BAD_REQUEST);
    }
}
