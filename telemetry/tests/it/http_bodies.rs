use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    response::IntoResponse,
    routing::{get, post},
};
use telemetry::{
    TrustInbound,
    testing::{Logs, Recorder},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_stream::StreamExt;

use crate::{
    greeter,
    http_server::request,
    points::{Point, points},
    recorded::{attribute, durations, names, span, text},
};

async fn serve() -> (SocketAddr, Recorder) {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    // Nobody listens there: the call fails, and would be a span all the same.
    let neighbour =
        telemetry.grpc_client(greeter::channel("http://127.0.0.1:1"), &"http://127.0.0.1:1".parse().unwrap());
    let probe = async move || greeter::greet(&neighbour, "hello").await.is_err().to_string();
    let app = Router::new()
        .route("/echo", post(async |body: String| body))
        .route("/deaf", post(async || "no"))
        .route("/endless", get(endless))
        .route("/broken-off", get(broken_off))
        .route("/healthz", get(probe))
        .layer(telemetry.http_layer(TrustInbound::Never).skip(["/healthz"]));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    telemetry::spawn(async move { axum::serve(listener, app).await });
    (address, recorder)
}

async fn endless() -> impl IntoResponse {
    let first = tokio_stream::iter([Ok::<_, std::io::Error>("first")]);
    Body::from_stream(first.chain(tokio_stream::pending()))
}

async fn broken_off() -> impl IntoResponse {
    Body::from_stream(tokio_stream::iter([Ok("first"), Err(std::io::Error::other("the disk is gone"))]))
}

fn sizes(recorder: &Recorder) -> (Point, Point) {
    let received = points(recorder, "http.server.request.body.size");
    let sent = points(recorder, "http.server.response.body.size");
    assert_eq!((received.len(), sent.len()), (1, 1), "{received:?} {sent:?}");
    (received[0].clone(), sent[0].clone())
}

#[tokio::test]
async fn both_bodies_are_measured_in_bytes_with_the_labels_of_the_duration() {
    let (address, recorder) = serve().await;
    request(address, "POST /echo", "content-length: 0\r\n").await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let message = "POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n\
                   5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    stream.write_all(message.as_bytes()).await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
    crate::recorded::ended(&recorder, 2).await;
    let (received, sent) = sizes(&recorder);
    for size in [&received, &sent] {
        assert_eq!((size.value, size.count, size.unit.as_str()), (11, 2, "By"));
        assert_eq!((size.bounds[0], size.bounds[1], size.bounds.len()), (0.0, 64.0, 12));
        let duration = &durations(&recorder, "http.server.request.duration")[0];
        for key in duration.keys() {
            assert_eq!(size.label(key), duration.label(key).map(|value| value.to_string()), "{key}");
        }
    }
}

#[tokio::test]
async fn a_body_that_nobody_reads_does_not_count() {
    let (address, recorder) = serve().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let message = "POST /deaf HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 5\r\n\r\nhello";
    stream.write_all(message.as_bytes()).await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
    span(&recorder, "POST /deaf").await;
    let (received, sent) = sizes(&recorder);
    assert_eq!((received.value, sent.value), (0, 2));
}

#[tokio::test]
async fn of_an_answer_that_is_cut_short_only_what_left_counts() {
    let (address, recorder) = serve().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /endless HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    while !answer.contains("first") {
        let mut bytes = [0; 512];
        let read = stream.read(&mut bytes).await.unwrap();
        answer.push_str(std::str::from_utf8(&bytes[..read]).unwrap());
    }
    drop(stream);
    let span = span(&recorder, "GET /endless").await;
    assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
    assert_eq!(sizes(&recorder).1.value, 5);
    assert_eq!(points(&recorder, "http.server.active_requests")[0].value, 0);
}

#[tokio::test]
async fn a_skipped_path_makes_no_span_and_no_metric_and_neither_does_what_it_calls() {
    let (address, recorder) = serve().await;
    let answer = request(address, "GET /healthz", "").await;
    assert!(answer.ends_with("true") && !answer.contains("x-trace-id"), "{answer}");
    assert!(points(&recorder, "http.server.active_requests").is_empty());
    // A longer path is another one. Its span shows that the first would have been here by now.
    request(address, "GET /healthz/more", "").await;
    span(&recorder, "GET").await;
    assert_eq!(names(&recorder.spans()), ["GET"]);
    assert_eq!(durations(&recorder, "http.server.request.duration").len(), 1);
    assert_eq!(sizes(&recorder).0.count, 1);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_and_one_record() {
    let (logs, _guard) = Logs::capture();
    let (address, recorder) = serve().await;
    request(address, "GET /broken-off", "").await;
    let span = span(&recorder, "GET /broken-off").await;
    assert_eq!(attribute(&span, "error.type"), text("axum_core::error::Error"));
    assert_eq!(
        points(&recorder, "http.server.response.body.size")[0].label("error.type").as_deref(),
        Some("axum_core::error::Error")
    );
    assert_eq!(logs.lines_with("the disk is gone"), 1, "{}", logs.text());
    assert_eq!(logs.lines_with("ERROR telemetry::exception: the answer broke off"), 1, "{}", logs.text());
}
