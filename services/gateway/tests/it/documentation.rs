//! The page for people.

use http::{HeaderMap, Method, StatusCode, header};
use http_body_util::{BodyExt, Full};

use crate::support::{Gateway, Setup, UNREACHABLE};

async fn read(gateway: &Gateway, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = gateway.request(Method::GET, path).body(Full::default()).unwrap();
    let (head, body) = gateway.begin(request).await.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = if head.headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip") {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*body), &mut text).unwrap();
        text
    } else {
        String::from_utf8(body.to_vec()).unwrap()
    };
    assert_eq!(head.headers["x-trace-id"].len(), 32, "{path}");
    (head.status, head.headers, text)
}

#[tokio::test]
async fn the_root_and_docs_lead_to_the_page() {
    let gateway = Gateway::start().await;
    for path in ["/", "/docs"] {
        let (status, headers, _) = read(&gateway, path).await;
        assert_eq!(status, StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(headers[header::LOCATION], "/docs/", "{path}");
    }
}

#[tokio::test]
async fn the_page_and_everything_that_it_loads_come_from_here() {
    let gateway = Gateway::start().await;
    let (status, headers, page) = read(&gateway, "/docs/").await;
    assert_eq!(status, StatusCode::OK);
    assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/html"));
    assert!(headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src 'self'"));
    let quoted = page.split('"').skip(1).step_by(2);
    let files: Vec<&str> = quoted.filter(|text| text.contains('.') && !text.contains(' ')).collect();
    assert!(files.len() >= 6, "{files:?}");
    for file in files.into_iter().filter(|file| !file.ends_with(".png")) {
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        let (status, _, text) = read(&gateway, &path).await;
        assert_eq!((status, text.is_empty()), (StatusCode::OK, false), "{path}");
    }
}

#[tokio::test]
async fn the_page_reads_the_document_of_this_service_and_asks_no_validator_elsewhere() {
    let gateway = Gateway::start().await;
    let (_, _, script) = read(&gateway, "/docs/swagger-initializer.js").await;
    assert!(script.contains(r#""/openapi.json""#), "{script}");
    assert!(script.contains(r#""validatorUrl": "none""#), "{script}");
    assert!(!script.contains("petstore"), "{script}");
}

#[tokio::test]
async fn document_and_page_are_not_counted_and_need_nobody() {
    let redis_url = UNREACHABLE.replace("http", "redis");
    let gateway = Gateway::start_with(&Setup::with_redis(redis_url)).await;
    for path in ["/openapi.json", "/docs/"] {
        assert_eq!(read(&gateway, path).await.0, StatusCode::OK, "{path}");
    }
    assert!(gateway.recorder.spans().iter().all(|span| span.name != "EVAL"));
}
