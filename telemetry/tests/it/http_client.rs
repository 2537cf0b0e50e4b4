use std::net::SocketAddr;

use axum::{Router, body::Body, http::HeaderMap, response::IntoResponse, routing::get};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Empty};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry::trace::{SpanKind, Status};
use telemetry::{HttpClient, ResendCount, Telemetry, UrlTemplate, testing::Recorder};
use tokio::net::TcpListener;
use tokio_stream::StreamExt;
use tower::{Service, ServiceExt};

use crate::recorded::{attribute, durations, span, text};

type Nothing = Empty<bytes::Bytes>;
type Traced = HttpClient<Client<HttpConnector, Nothing>>;

async fn serve() -> SocketAddr {
    let traceparent =
        async |headers: HeaderMap| headers.get("traceparent").unwrap().to_str().unwrap().to_owned();
    let app = Router::new()
        .route("/traceparent", get(traceparent))
        .route("/broken", get(async || StatusCode::BAD_GATEWAY))
        .route("/slow", get(std::future::pending::<()>))
        .route("/endless", get(endless));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    telemetry::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn endless() -> impl IntoResponse {
    let first = tokio_stream::iter([Ok::<_, std::io::Error>("first")]);
    Body::from_stream(first.chain(tokio_stream::pending()))
}

fn client() -> (Traced, Telemetry, Recorder) {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    (telemetry.http_client(Client::builder(TokioExecutor::new()).build_http()), telemetry, recorder)
}

fn get_of(url: String) -> Request<Nothing> {
    Request::builder().uri(url).body(Nothing::new()).unwrap()
}

/// Asks and reads the whole answer.
async fn ask(client: &mut Traced, request: Request<Nothing>) -> (StatusCode, String) {
    let answer = client.ready().await.unwrap().call(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_request_is_a_client_span_whose_context_arrives() {
    let (address, (mut client, telemetry, recorder)) = (serve().await, client());
    let request = get_of(format!("http://{address}/traceparent?a=1&sig=secret"));
    let (status, seen) = telemetry.batch("outer", &[], ask(&mut client, request)).await;
    assert_eq!(status, StatusCode::OK);
    let (outer, sent) = (span(&recorder, "outer").await, span(&recorder, "GET").await);
    let (trace, id) = (sent.span_context.trace_id(), sent.span_context.span_id());
    assert_eq!(seen, format!("00-{trace}-{id}-01"));
    assert_eq!((sent.parent_span_id, trace), (outer.span_context.span_id(), outer.span_context.trace_id()));
    assert_eq!((&sent.span_kind, &sent.status), (&SpanKind::Client, &Status::Unset));
    let url = format!("http://{address}/traceparent?a=1&sig=REDACTED");
    for (key, value) in [
        ("http.request.method", "GET"),
        ("server.address", "127.0.0.1"),
        ("url.full", url.as_str()),
        ("network.protocol.version", "1.1"),
    ] {
        assert_eq!(attribute(&sent, key), text(value), "{key}");
    }
    assert_eq!(attribute(&sent, "server.port"), Some(i64::from(address.port()).into()));
    assert_eq!(attribute(&sent, "http.response.status_code"), Some(200.into()));
    for absent in ["error.type", "throughline.cancelled", "http.request.resend_count", "url.template"] {
        assert_eq!(attribute(&sent, absent), None, "{absent}");
    }
}

#[tokio::test]
async fn its_duration_has_the_conventions_buckets_and_no_path() {
    let (address, (mut client, _, recorder)) = (serve().await, client());
    for number in 0..2 {
        ask(&mut client, get_of(format!("http://{address}/traceparent?{number}"))).await;
    }
    let series = durations(&recorder, "http.client.request.duration");
    assert_eq!((series.len(), series[0].count, series[0].unit.as_str()), (1, 2, "s"));
    assert_eq!(
        series[0].bounds,
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]
    );
    let keys = ["http.request.method", "http.response.status_code", "network.protocol.version"];
    assert_eq!(series[0].keys(), [&keys[..], &["server.address", "server.port"]].concat());
}

#[tokio::test]
async fn a_template_completes_the_name_and_a_retry_says_which_it_is() {
    let (address, (mut client, _, recorder)) = (serve().await, client());
    let mut request = get_of(format!("http://ada:hunter2@{address}/orders/7"));
    request.extensions_mut().insert(UrlTemplate("/orders/{id}"));
    request.extensions_mut().insert(ResendCount(2));
    ask(&mut client, request).await;
    let span = span(&recorder, "GET /orders/{id}").await;
    assert_eq!(attribute(&span, "url.template"), text("/orders/{id}"));
    assert_eq!(attribute(&span, "http.request.resend_count"), Some(2.into()));
    let url = format!("http://REDACTED:REDACTED@{address}/orders/7");
    assert_eq!(attribute(&span, "url.full"), text(&url));
}

#[tokio::test]
async fn a_404_and_a_502_are_errors_to_the_one_who_asked() {
    let (address, (mut client, _, recorder)) = (serve().await, client());
    for (path, status, error_type) in [("nowhere", 404, "404"), ("broken", 502, "502")] {
        let (answered, _) = ask(&mut client, get_of(format!("http://{address}/{path}"))).await;
        assert_eq!(answered.as_u16(), status);
        let last = recorder.spans().pop().unwrap();
        assert_eq!((attribute(&last, "error.type"), last.status), (text(error_type), Status::error("")));
    }
    let series = durations(&recorder, "http.client.request.duration");
    assert!(series.iter().any(|series| series.label("error.type") == text("404")), "{series:?}");
}

#[tokio::test]
async fn a_server_that_is_gone_is_named_by_what_the_system_said() {
    let (mut client, _, recorder) = client();
    // A port that was free a moment ago may be another test's by now; this one is nobody's.
    let request = get_of("http://127.0.0.1:1/".to_owned());
    client.ready().await.unwrap().call(request).await.unwrap_err();
    let span = span(&recorder, "GET").await;
    assert_eq!(attribute(&span, "error.type"), text("connection_refused"));
    assert_eq!(attribute(&span, "http.response.status_code"), None);
}

#[tokio::test]
async fn a_request_that_is_given_up_is_cancelled_and_nobodys_error() {
    let (address, (mut client, _, recorder)) = (serve().await, client());
    let slow = client.ready().await.unwrap().call(get_of(format!("http://{address}/slow")));
    tokio::time::timeout(std::time::Duration::from_millis(50), slow).await.unwrap_err();
    let span = span(&recorder, "GET").await;
    assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
    assert_eq!((attribute(&span, "error.type"), span.status), (None, Status::Unset));
}

#[tokio::test]
async fn the_span_ends_with_the_body_of_the_answer() {
    let (address, (mut client, _, recorder)) = (serve().await, client());
    let request = get_of(format!("http://{address}/endless"));
    let mut answer = client.ready().await.unwrap().call(request).await.unwrap();
    let first = answer.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first, "first");
    assert!(recorder.spans().is_empty(), "the answer has not ended");
    drop(answer);
    let span = span(&recorder, "GET").await;
    assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
    assert_eq!(attribute(&span, "http.response.status_code"), Some(200.into()));
}
