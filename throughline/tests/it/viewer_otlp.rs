//! What comes in.

use std::io::Write;

use flate2::{Compression as Level, write::GzEncoder};
use opentelemetry::{
    Context,
    trace::{SpanKind, TraceContextExt},
};
use opentelemetry_otlp::Compression;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use throughline::viewer::{Kind, Limits, Status, Viewer};

use crate::{
    exporting::{Process, linked, named, small_viewer, span_id, trace_id, viewer},
    http_call::post,
};

const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
const JSON: (&str, &str) = ("content-type", "application/json");
const GZIP: (&str, &str) = ("content-encoding", "gzip");

fn traces_url(viewer: &Viewer) -> String {
    format!("http://{}/v1/traces", viewer.otlp_http())
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// As a browser or a script would send it.
const SPAN: &str = r#"{"resourceSpans":[{"resource":{"attributes":[
    {"key":"service.name","value":{"stringValue":"script"}}]},
    "scopeSpans":[{"scope":{"name":"hand"},"spans":[{
    "traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"by hand","kind":2,
    "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000",
    "attributes":[{"key":"answer","value":{"intValue":"42"}}]}]}]}]}"#;

#[tokio::test]
async fn spans_arrive_over_grpc_with_and_without_gzip() {
    let viewer = viewer().await;
    for compression in [None, Some(Compression::Gzip)] {
        let gateway = Process::of("gateway", "1");
        let server = gateway.span(&Context::new(), named("POST /api/v1/orders", SpanKind::Server));
        let client = gateway.failed(&server, named("users.v1.UserService/GetUser", SpanKind::Client), "14");
        gateway.send_grpc(&viewer, compression).await;

        let trace = viewer.store().trace(&trace_id(&server)).unwrap();
        let found = trace.spans.iter().find(|span| span.span_id() == span_id(&client)).unwrap();
        assert_eq!((found.service(), found.name()), ("gateway", "users.v1.UserService/GetUser"));
        assert_eq!((found.kind(), found.status()), (Kind::Client, Status::Error));
        assert_eq!(found.parent_span_id(), Some(span_id(&server)));
    }
}

#[tokio::test]
async fn spans_arrive_over_http_as_protobuf() {
    let viewer = viewer().await;
    let worker = Process::of("order-worker", "1");
    let producer =
        Process::of("orders", "1").span(&Context::new(), named("send orders.placed", SpanKind::Producer));
    let to = producer.span().span_context().clone();
    let consumer = worker.span(&producer, linked("process orders.placed", SpanKind::Consumer, to));
    worker.send_http(&viewer).await;
    let found = viewer.store().spans().pop().unwrap();
    assert_eq!((found.span_id(), found.kind()), (span_id(&consumer), Kind::Consumer));
    assert_eq!(found.links(), [(trace_id(&producer), span_id(&producer))]);
}

#[tokio::test]
async fn spans_arrive_over_http_as_json_plain_and_gzipped() {
    for (headers, body) in [(vec![JSON], SPAN.into()), (vec![JSON, GZIP], gzipped(SPAN.as_bytes()))] {
        let viewer = viewer().await;
        let answer = post(traces_url(&viewer), &headers, body).await;
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json"));
        let span = viewer.store().trace("5b8efff798038103d269b633813fc60c").unwrap().spans[0].clone();
        assert_eq!((span.service(), span.name(), span.kind()), ("script", "by hand", Kind::Server));
        assert_eq!(span.duration(), 1_000_000_000);
    }
}

#[tokio::test]
async fn metrics_and_logs_are_accepted_and_counted() {
    let viewer = viewer().await;
    let base = format!("http://{}", viewer.otlp_http());
    let metric = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","gauge":{"dataPoints":[{"asInt":"1"}]}}]}]}]}"#;
    let log = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"hello"}}]}]}]}"#;
    assert_eq!(post(format!("{base}/v1/metrics"), &[JSON], metric.into()).await.status, 200);
    assert_eq!(post(format!("{base}/v1/logs"), &[JSON], log.into()).await.status, 200);
    let counts = viewer.store().counts();
    assert_eq!((counts.metric_points, counts.log_records), (1, 1));
}

#[tokio::test]
async fn what_is_not_otlp_is_refused_with_a_reason() {
    let viewer = viewer().await;
    let refused = async |headers: &[(&str, &str)], body: &[u8]| {
        let answer = post(traces_url(&viewer), headers, body.to_vec()).await;
        (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    };
    assert_eq!(refused(&[("content-type", "text/plain")], b"hello").await.0, 415);
    assert_eq!(refused(&[JSON, ("content-encoding", "br")], b"hello").await.0, 415);
    let (status, reason) = refused(&[JSON], b"{").await;
    assert!(status == 400 && reason.contains("not an OTLP request"), "{status} {reason}");
    let (status, reason) = refused(&[PROTOBUF, GZIP], b"hello").await;
    assert!(status == 400 && reason.contains("not gzip"), "{status} {reason}");
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_huge_one_is_refused() {
    let viewer = viewer().await;
    let bomb = gzipped(&vec![0; 33 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    assert_eq!(post(traces_url(&viewer), &[PROTOBUF, GZIP], bomb).await.status, 413);
}

#[tokio::test]
async fn spans_with_invalid_ids_are_rejected_and_the_others_kept() {
    let viewer = viewer().await;
    let mut request: ExportTraceServiceRequest = serde_json::from_str(SPAN).unwrap();
    let spans = &mut request.resource_spans[0].scope_spans[0].spans;
    let mut invalid = spans[0].clone();
    invalid.trace_id = vec![0; 16];
    spans.push(invalid);
    let answer = post(traces_url(&viewer), &[PROTOBUF], request.encode_to_vec()).await;
    let response = ExportTraceServiceResponse::decode(answer.body.as_slice()).unwrap();
    assert_eq!(response.partial_success.unwrap().rejected_spans, 1);
    let counts = viewer.store().counts();
    assert_eq!((counts.spans, counts.rejected), (1, 1));
}

#[tokio::test]
async fn a_span_that_is_sent_twice_is_kept_once() {
    let viewer = viewer().await;
    for _ in 0..2 {
        post(traces_url(&viewer), &[JSON], SPAN.into()).await;
    }
    assert_eq!(viewer.store().spans().len(), 1);
}

#[tokio::test]
async fn the_oldest_trace_makes_room_and_is_counted() {
    let viewer = small_viewer(Limits { spans: 3, bytes: usize::MAX }).await;
    let service = Process::of("orders", "1");
    let mut roots = Vec::new();
    for name in ["first", "second"] {
        let root = service.span(&Context::new(), named(name, SpanKind::Server));
        service.span(&root, named("child", SpanKind::Client));
        service.send_grpc(&viewer, None).await;
        roots.push(root);
    }
    assert!(viewer.store().trace(&trace_id(&roots[0])).is_none());
    assert_eq!(viewer.store().trace(&trace_id(&roots[1])).unwrap().spans.len(), 2);
    let counts = viewer.store().counts();
    assert_eq!((counts.spans, counts.evicted), (4, 2));
}

#[tokio::test]
async fn large_spans_are_limited_by_their_size() {
    let viewer = small_viewer(Limits { spans: usize::MAX, bytes: 100 }).await;
    let service = Process::of("orders", "1");
    for name in ["first", "second", "third"] {
        service.span(&Context::new(), named(name, SpanKind::Server));
        service.send_grpc(&viewer, None).await;
    }
    assert!(viewer.store().counts().evicted > 0);
    assert_eq!(viewer.store().spans().last().unwrap().name(), "third");
}

#[tokio::test]
async fn a_waiter_is_told_when_a_span_arrives() {
    let viewer = viewer().await;
    let service = Process::of("orders", "1");
    let waiting =
        viewer.store().wait_for(|store| store.spans().into_iter().find(|span| span.name() == "late"));
    let sending = async {
        for name in ["early", "late"] {
            service.span(&Context::new(), named(name, SpanKind::Server));
            service.send_grpc(&viewer, None).await;
        }
    };
    let (found, ()) = tokio::join!(waiting, sending);
    assert_eq!(found.name(), "late");
}
