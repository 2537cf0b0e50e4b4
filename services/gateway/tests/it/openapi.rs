//! `/openapi.json` against the service that serves it.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::Full;
use serde_json::json;

use crate::{
    described::{Described, Operation},
    support::{Gateway, Setup},
};

#[tokio::test]
async fn the_document_is_openapi_3_1_and_says_what_each_operation_is() {
    let described = Described::by(Gateway::start().await).await;
    assert_eq!(described.document["openapi"], "3.1.0");
    assert_eq!(described.document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let operations = described.operations();
    assert_eq!(operations.len(), 9);
    let ids: BTreeSet<&str> = operations.iter().map(|o| o.says["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations.len(), "each has an id of its own");
    for operation in operations {
        assert!(operation.says["summary"].is_string() && operation.says["tags"][0].is_string());
    }
    let mut values = vec![&described.document];
    while let Some(value) = values.pop() {
        described.schemas().resolve(value);
        values.extend(value.as_array().into_iter().flatten());
        values.extend(value.as_object().into_iter().flatten().map(|(_, member)| member));
    }
}

#[tokio::test]
async fn each_path_takes_the_documented_methods_and_no_others() {
    let described = Described::by(Gateway::start().await).await;
    for (path, item) in described.document["paths"].as_object().unwrap() {
        let mut documented: BTreeSet<String> =
            item.as_object().unwrap().keys().map(|m| m.to_uppercase()).collect();
        if documented.contains("GET") {
            documented.insert("HEAD".to_owned());
        }
        let request = described.gateway.request(Method::TRACE, path).body(Full::default()).unwrap();
        let answer = described.gateway.send(request).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allowed = answer.header(header::ALLOW).split(',').map(str::to_owned).collect();
        assert_eq!(documented, allowed, "{path}");
    }
}

/// Handlers get their path from where they are described (`routes!`). What is added to the router by its
/// path alone is nothing of the API.
#[test]
fn no_route_of_the_api_is_added_without_a_description() {
    let sources =
        [include_str!("../../src/http.rs"), include_str!("../../src/http/documentation.rs")].concat();
    let routes: Vec<&str> =
        sources.split(".route(").skip(1).map(|rest| rest.split(',').next().unwrap()).collect();
    assert_eq!(routes, ["DOCUMENT", r#""/""#, r#""/docs""#, r#""/docs/""#, r#""/docs/{*file}""#]);
}

#[tokio::test]
async fn every_operation_takes_the_request_that_it_describes_and_answers_as_described() {
    let described = Described::by(Gateway::start().await).await;
    for operation in described.operations() {
        let answer = described.gateway.send(described.good(&operation)).await;
        // As far as the neighbour, which can't be reached: nothing in front of it minds.
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{} {}", operation.method, operation.path);
        described.holds(&operation, &answer);
    }
}

#[tokio::test]
async fn every_operation_refuses_a_bad_request_as_described() {
    let described = Described::by(Gateway::start().await).await;
    for operation in described.operations() {
        let send = async |change: &dyn Fn(&mut Request<Full<Bytes>>), expected: StatusCode| {
            let mut request = described.good(&operation);
            change(&mut request);
            let answer = described.gateway.send(request).await;
            assert_eq!(answer.status, expected, "{} {}", operation.method, operation.path);
            described.holds(&operation, &answer);
        };
        if operation.says.get("security").is_some() {
            send(&|r| drop(r.headers_mut().remove(header::AUTHORIZATION)), StatusCode::UNAUTHORIZED).await;
            let twice = |r: &mut Request<_>| {
                let appended = r.headers_mut().append(header::AUTHORIZATION, "x".parse().unwrap());
                assert!(appended, "it is there already");
            };
            send(&|r| twice(r), StatusCode::BAD_REQUEST).await;
        }
        if operation.says.get("requestBody").is_some() {
            let large = || Full::from("x".repeat(65 * 1024));
            send(&|r| *r.body_mut() = Full::from("{"), StatusCode::BAD_REQUEST).await;
            send(&|r| *r.body_mut() = Full::from("{}"), StatusCode::UNPROCESSABLE_ENTITY).await;
            send(&|r| *r.body_mut() = large(), StatusCode::PAYLOAD_TOO_LARGE).await;
            let no_type = |r: &mut Request<_>| drop(r.headers_mut().remove(header::CONTENT_TYPE));
            send(&|r| no_type(r), StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
        }
        if operation.path.ends_with("{id}") {
            send(&|r| *r.uri_mut() = format!("{}x", r.uri()).parse().unwrap(), StatusCode::NOT_FOUND).await;
        }
    }
}

#[tokio::test]
async fn every_operation_is_refused_as_described_when_its_address_has_sent_too_many() {
    let setup = Setup::new();
    let client = redis::Client::open(&*setup.redis_url).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let mut full = redis::cmd("SET");
    full.arg("limit:address:127.0.0.1").arg(2000).arg("EX").arg(3600);
    let () = full.query_async(&mut redis).await.unwrap();
    let described = Described::by(Gateway::start_with(&setup).await).await;
    for operation in described.operations() {
        let answer = described.gateway.send(described.good(&operation)).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{} {}", operation.method, operation.path);
        described.holds(&operation, &answer);
    }
}

#[tokio::test]
async fn what_the_document_says_of_an_order_to_place_is_what_the_service_takes() {
    let described = Described::by(Gateway::start().await).await;
    let schema = json!({"$ref": "#/components/schemas/NewOrder"});
    let line = |sku: &str, quantity: i64| json!({"sku": sku, "quantity": quantity});
    let longest = "A".repeat(64);
    for lines in
        [vec![line("TEA-001", 1)], vec![line("A", 1000)], vec![line(&longest, 1)], vec![line("A", 1); 50]]
    {
        let body = json!({"lines": lines});
        described.schemas().check(&schema, &body).unwrap();
        let answer = described.gateway.place_order(body.to_string()).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
    }
    for body in [
        json!({"lines": []}),
        json!({"lines": vec![line("A", 1); 51]}),
        json!({"lines": [line("A", 0)]}),
        json!({"lines": [line("A", 1001)]}),
        json!({"lines": [line("", 1)]}),
        json!({"lines": [line("a", 1)]}),
        json!({"lines": [line(&"A".repeat(65), 1)]}),
        json!({"lines": [{"sku": "A", "quantity": 1, "price": 0}]}),
        json!({"lines": [{"sku": "A"}]}),
        json!({"lines": [line("A", 1)], "coupon": "HALF"}),
    ] {
        assert!(described.schemas().check(&schema, &body).is_err(), "{body}");
        let answer = described.gateway.place_order(body.to_string()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
}

#[tokio::test]
async fn the_collection_for_editors_has_every_operation() {
    let described = Described::by(Gateway::start().await).await;
    let collection = include_str!("../../../../docs/api.http");
    for Operation { method, path, .. } in described.operations() {
        let path = path.replace("{id}", "{{order}}");
        let is_call = |line: &str| {
            let (found, url) = line.split_once(' ').unwrap_or_default();
            found == method.as_str() && url.trim_start_matches("{{gateway}}").split('?').next() == Some(&path)
        };
        assert!(collection.lines().any(is_call), "docs/api.http lacks {method} {path}");
    }
}
