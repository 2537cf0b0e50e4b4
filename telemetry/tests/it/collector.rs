//! The collector of the test kit, spoken to as an exporter does.

use std::time::Duration;

use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse, trace_service_client::TraceServiceClient,
    },
    trace::v1::{ResourceSpans, ScopeSpans, Span},
};
use prost::Message;
use telemetry::testing::{Answer, Collector};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tonic::{Code, Status, codec::CompressionEncoding};

use crate::recorded::PATIENCE;

/// A batch of spans with these names.
fn batch(names: &[&str]) -> ExportTraceServiceRequest {
    let span = |name: &&str| Span { name: (*name).to_owned(), ..Span::default() };
    let scope = ScopeSpans { spans: names.iter().map(span).collect(), ..ScopeSpans::default() };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { scope_spans: vec![scope], ..ResourceSpans::default() }],
    }
}

async fn over_grpc(collector: &Collector, names: &[&str]) -> Result<ExportTraceServiceResponse, Status> {
    let client = TraceServiceClient::connect(collector.address().to_owned()).await.unwrap();
    let mut client = client.send_compressed(CompressionEncoding::Gzip);
    Ok(client.export(batch(names)).await?.into_inner())
}

/// The status line and the body of the answer.
async fn over_http(collector: &Collector, encoding: &str, body: &[u8]) -> (String, Vec<u8>) {
    let address = collector.address().trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\
         content-type: application/x-protobuf\r\ncontent-encoding: {encoding}\r\n\r\n",
        body.len()
    );
    socket.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let status = String::from_utf8_lossy(&answer).lines().next().unwrap().to_owned();
    (status, answer.split_off(end + 4))
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

fn names(collector: &Collector) -> Vec<String> {
    collector.received().spans().iter().map(|span| span.name.clone()).collect()
}

#[tokio::test]
async fn gzip_is_understood_over_grpc_and_over_http() {
    let collector = Collector::start().await.unwrap();
    over_grpc(&collector, &["grpc"]).await.unwrap();
    let (status, _) = over_http(&collector, "gzip", &gzipped(&batch(&["http"]).encode_to_vec())).await;
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert_eq!(names(&collector), ["grpc", "http"]);
    let headers = collector.received().headers;
    assert_eq!(headers[0].get("grpc-encoding"), Some("gzip"));
    assert_eq!(headers[1].get("content-encoding"), Some("gzip"));
}

#[tokio::test]
async fn a_body_that_is_no_otlp_is_refused_for_good() {
    let collector = Collector::start().await.unwrap();
    let (status, _) = over_http(&collector, "gzip", b"not gzip").await;
    assert_eq!(status, "HTTP/1.1 400 Bad Request");
    assert!(collector.received().traces.is_empty());
}

#[tokio::test]
async fn a_collector_that_refuses_says_so_in_the_protocols_words_until_it_accepts_again() {
    let collector = Collector::start().await.unwrap();
    for (answer, code, line) in [
        (Answer::Refuse, Code::Unavailable, "HTTP/1.1 503 Service Unavailable"),
        (Answer::Forbid, Code::PermissionDenied, "HTTP/1.1 403 Forbidden"),
        (Answer::Throttle(Duration::from_secs(1)), Code::ResourceExhausted, "HTTP/1.1 429 Too Many Requests"),
    ] {
        collector.answer(answer);
        assert_eq!(over_grpc(&collector, &["lost"]).await.unwrap_err().code(), code);
        let (status, _) = over_http(&collector, "identity", &batch(&["lost"]).encode_to_vec()).await;
        assert_eq!(status, line);
    }
    collector.answer(Answer::Accept);
    over_grpc(&collector, &["kept"]).await.unwrap();
    assert_eq!(names(&collector), ["kept"]);
    assert_eq!(collector.received().headers.len(), 7, "attempts are counted");
}

#[tokio::test]
async fn a_part_of_a_batch_is_rejected_and_the_answer_says_how_much() {
    let collector = Collector::start().await.unwrap();
    collector.answer(Answer::Reject(2));
    let partial = over_grpc(&collector, &["a", "b", "c"]).await.unwrap().partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 2);
    let (_, body) = over_http(&collector, "identity", &batch(&["d"]).encode_to_vec()).await;
    let partial = ExportTraceServiceResponse::decode(body.as_slice()).unwrap().partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 1, "no more than there were");
    assert_eq!(names(&collector), ["a"]);
}

#[tokio::test]
async fn a_slow_answer_comes_after_its_delay_and_no_answer_never() {
    let collector = Collector::start().await.unwrap();
    let delay = Duration::from_millis(50);
    collector.answer(Answer::Delay(delay));
    let begun = std::time::Instant::now();
    over_grpc(&collector, &["late"]).await.unwrap();
    assert!(begun.elapsed() >= delay);
    collector.answer(Answer::Never);
    assert!(timeout(delay, over_grpc(&collector, &["lost"])).await.is_err());
    assert_eq!(names(&collector), ["late"]);
}

#[tokio::test]
async fn a_collector_may_come_later_than_those_who_export_to_it() {
    let collector = Collector::absent().await.unwrap();
    assert!(TraceServiceClient::connect(collector.address().to_owned()).await.is_err());
    collector.appear().await.unwrap();
    over_grpc(&collector, &["kept"]).await.unwrap();
    assert_eq!(names(&collector), ["kept"]);
    assert!(collector.appear().await.is_err(), "it is there already");
}

#[tokio::test]
async fn a_test_waits_for_what_it_needs() {
    let collector = Collector::start().await.unwrap();
    let waiting = timeout(PATIENCE, collector.wait_for(|all| all.spans().len() == 2));
    let sending = async {
        over_grpc(&collector, &["first"]).await.unwrap();
        over_grpc(&collector, &["second"]).await.unwrap();
    };
    let (received, ()) = tokio::join!(waiting, sending);
    assert_eq!(received.unwrap().span("second").name, "second");
}
