use axum::{Router, body::Body, http::StatusCode, response::IntoResponse, routing::get};
use opentelemetry::trace::{SpanKind, Status};
use telemetry::{TrustInbound, testing::Recorder};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_stream::StreamExt;

use crate::recorded::{attribute, durations, ended, level, span, text};

/// Serves the routes of these tests and returns where.
pub async fn serve(trust: TrustInbound) -> (std::net::SocketAddr, Recorder) {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let app = Router::new()
        .route("/orders/{id}", get(async || "an order"))
        .route("/trace-id", get(async || telemetry::current_trace_id().unwrap_or_default()))
        .route("/tenant", get(tenant))
        .route("/slow", get(std::future::pending::<()>))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR))
        .route("/panic", get(panics))
        .route("/endless", get(endless))
        .layer(telemetry.http_layer(trust));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = app.into_make_service_with_connect_info::<std::net::SocketAddr>();
    telemetry::spawn(async move { axum::serve(listener, app).await });
    (address, recorder)
}

async fn tenant() -> String {
    use opentelemetry::baggage::BaggageExt;
    opentelemetry::Context::current().baggage().get("tenant").map(ToString::to_string).unwrap_or_default()
}

async fn panics() -> StatusCode {
    panic!("planted")
}

/// One chunk, and then nothing more.
async fn endless() -> impl IntoResponse {
    let first = tokio_stream::iter([Ok::<_, std::io::Error>("first")]);
    Body::from_stream(first.chain(tokio_stream::pending()))
}

/// Sends a request with these extra header lines and reads the whole answer.
pub async fn request(address: std::net::SocketAddr, line: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let host = "shop.example:8080";
    let text =
        format!("{line} HTTP/1.1\r\nhost: {host}\r\nuser-agent: test\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_request_is_a_server_span_named_by_its_route() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "GET /orders/7?a=1&sig=secret", "").await;
    let span = span(&recorder, "GET /orders/{id}").await;
    assert_eq!(span.span_kind, SpanKind::Server);
    assert_eq!(span.status, Status::Unset);
    for (key, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/orders/{id}"),
        ("url.path", "/orders/7"),
        ("url.query", "a=1&sig=REDACTED"),
        ("url.scheme", "http"),
        ("server.address", "shop.example"),
        ("network.protocol.version", "1.1"),
        ("network.peer.address", "127.0.0.1"),
        ("client.address", "127.0.0.1"),
        ("user_agent.original", "test"),
    ] {
        assert_eq!(attribute(&span, key), text(value), "{key}");
    }
    assert_eq!(attribute(&span, "server.port"), Some(8080.into()));
    assert_eq!(attribute(&span, "http.response.status_code"), Some(200.into()));
    assert_eq!(attribute(&span, "error.type"), None);
    assert_eq!(attribute(&span, "throughline.cancelled"), None);
}

#[tokio::test]
async fn the_duration_has_the_conventions_buckets_and_no_path() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "GET /orders/7", "").await;
    request(address, "GET /orders/8", "").await;
    ended(&recorder, 2).await;
    let series = durations(&recorder, "http.server.request.duration");
    assert_eq!(series.len(), 1);
    assert_eq!((series[0].count, series[0].unit.as_str()), (2, "s"));
    assert_eq!(
        series[0].bounds,
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]
    );
    let keys = ["http.request.method", "http.response.status_code", "http.route"];
    assert_eq!(series[0].keys(), [&keys[..], &["network.protocol.version", "url.scheme"]].concat());
}

#[tokio::test]
async fn every_answer_carries_the_trace_id_that_its_handler_sees() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    let answer = request(address, "GET /trace-id", "").await;
    let id = span(&recorder, "GET /trace-id").await.span_context.trace_id().to_string();
    assert!(answer.contains(&format!("x-trace-id: {id}\r\n")), "{answer}");
    assert!(answer.ends_with(&id), "{answer}");
    assert!(request(address, "GET /nowhere", "").await.contains("x-trace-id: "));
}

#[tokio::test]
async fn a_path_without_a_route_is_no_name_and_a_404_no_error() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "GET /wp-login.php", "").await;
    let span = span(&recorder, "GET").await;
    assert_eq!(attribute(&span, "http.route"), None);
    assert_eq!(attribute(&span, "http.response.status_code"), Some(404.into()));
    assert_eq!((attribute(&span, "error.type"), span.status), (None, Status::Unset));
}

#[tokio::test]
async fn an_unknown_method_is_other() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "BREW /nowhere", "").await;
    let span = span(&recorder, "HTTP").await;
    assert_eq!(attribute(&span, "http.request.method"), text("_OTHER"));
    assert_eq!(attribute(&span, "http.request.method_original"), text("BREW"));
}

#[tokio::test]
async fn a_500_is_an_error_on_span_and_duration_alike() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "GET /broken", "").await;
    let span = span(&recorder, "GET /broken").await;
    assert_eq!(span.status, Status::error(""));
    assert_eq!(attribute(&span, "error.type"), text("500"));
    let series = durations(&recorder, "http.server.request.duration");
    assert_eq!(series[0].label("error.type"), text("500"));
    assert_eq!(series[0].label("http.response.status_code"), Some(500.into()));
}

#[tokio::test]
async fn a_handler_that_panics_leaves_a_red_span() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "GET /panic", "").await;
    let span = span(&recorder, "GET /panic").await;
    assert_eq!(attribute(&span, "error.type"), text("panic"));
    assert_eq!(level(&recorder, "http.server.active_requests"), Some(0));
}

#[tokio::test]
async fn a_client_that_leaves_before_the_end_ends_the_span_as_cancelled() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nhost: shop.example\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    while !answer.contains("first") {
        let mut bytes = [0; 512];
        let read = stream.read(&mut bytes).await.unwrap();
        answer.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    assert!(recorder.spans().is_empty(), "the answer has not ended");
    assert_eq!(level(&recorder, "http.server.active_requests"), Some(1));
    drop(stream);
    let span = span(&recorder, "GET /endless").await;
    assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
    assert_eq!(attribute(&span, "http.response.status_code"), Some(200.into()));
    assert_eq!((attribute(&span, "error.type"), span.status), (None, Status::Unset));
    assert_eq!(level(&recorder, "http.server.active_requests"), Some(0));
    assert_eq!(durations(&recorder, "http.server.request.duration")[0].count, 1);
}

#[tokio::test]
async fn a_client_that_leaves_before_the_answer_ends_the_span_without_a_status() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /slow HTTP/1.1\r\nhost: shop.example\r\n\r\n").await.unwrap();
    while level(&recorder, "http.server.active_requests") != Some(1) {
        tokio::task::yield_now().await;
    }
    drop(stream);
    let span = span(&recorder, "GET /slow").await;
    assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
    assert_eq!(attribute(&span, "http.response.status_code"), None);
}

#[tokio::test]
async fn an_answer_to_head_is_not_cancelled() {
    let (address, recorder) = serve(TrustInbound::Never).await;
    request(address, "HEAD /orders/7", "").await;
    let span = span(&recorder, "HEAD /orders/{id}").await;
    assert_eq!(attribute(&span, "throughline.cancelled"), None);
}
