//! Calls that end by something other than a status.

use futures_util::future::ready;
use opentelemetry::trace::Status;
use telemetry::testing::{Logs, Recorder};
use tonic::Request;
use tower::{Layer, ServiceExt, service_fn};

use crate::{
    greeter::{self, COUNT, Pair, pair},
    recorded::{attribute, span, text},
};

#[tokio::test]
async fn a_stream_that_its_reader_drops_is_cancelled_on_both_sides() {
    let Pair { client, client_recorder, server_recorder, .. } = pair().await;
    let mut stream = greeter::stream(&client, Request::new("slow".to_owned())).await;
    assert_eq!(stream.message().await.unwrap().as_deref(), Some("one"));
    assert!(client_recorder.spans().is_empty(), "the stream has not ended");
    drop(stream);
    for recorder in [client_recorder, server_recorder] {
        let span = span(&recorder, COUNT).await;
        assert_eq!(attribute(&span, "rpc.response.status_code"), text("CANCELLED"));
        assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
        assert_eq!(span.status, Status::Unset);
    }
}

#[tokio::test]
async fn a_service_that_fails_without_an_answer_is_unknown_and_one_record() {
    let (logs, _guard) = Logs::capture();
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let broken = service_fn(|_: http::Request<String>| {
        ready(Err::<http::Response<String>, _>(std::io::Error::other("the disk is gone")))
    });
    let request = http::Request::builder().uri("/test.v1.Greeter/Greet").body(String::new()).unwrap();
    let failed = telemetry.grpc_layer(&[]).layer(broken).oneshot(request).await;
    assert!(failed.is_err());
    assert_eq!(attribute(&span(&recorder, "grpc").await, "error.type"), text("UNKNOWN"));
    assert_eq!(logs.lines_with("the disk is gone"), 1, "{}", logs.text());
    assert_eq!(logs.lines_with("ERROR"), 1, "{}", logs.text());
}
