use std::time::Duration;

use opentelemetry::trace::Status;
use tonic::{Code, Request};

use crate::{
    greeter::{self, COUNT, GREET, Pair, pair},
    recorded::{attribute, span, text},
};

/// Long enough for a call to arrive on a machine that has much else to do.
const SOON: Duration = Duration::from_secs(2);

fn within(text: &str, timeout: Duration) -> Request<String> {
    let mut request = Request::new(text.to_owned());
    request.set_timeout(timeout);
    request
}

#[tokio::test]
async fn a_server_keeps_the_callers_deadline_and_calls_it_by_its_name() {
    let Pair { client, server_recorder, .. } = pair().await;
    let slow = greeter::call(&client, GREET, within("slow", SOON));
    assert_eq!(slow.await.unwrap_err().code(), Code::DeadlineExceeded);
    let span = span(&server_recorder, GREET).await;
    assert_eq!(attribute(&span, "rpc.response.status_code"), text("DEADLINE_EXCEEDED"));
    assert_eq!(attribute(&span, "error.type"), text("DEADLINE_EXCEEDED"));
    assert_eq!(span.status, Status::error(""));
}

#[tokio::test]
async fn a_stream_is_cut_at_its_deadline() {
    let Pair { client, server_recorder, .. } = pair().await;
    let (messages, end) = greeter::count(&client, within("slow", SOON)).await;
    assert_eq!((messages.len(), end.unwrap_err().code()), (2, Code::DeadlineExceeded));
    let span = span(&server_recorder, COUNT).await;
    assert_eq!(attribute(&span, "rpc.response.status_code"), text("DEADLINE_EXCEEDED"));
}

#[tokio::test]
async fn a_call_that_its_caller_gives_up_is_cancelled_and_nobodys_error() {
    let Pair { client, client_recorder, server_recorder, .. } = pair().await;
    let call = tokio::time::timeout(SOON, greeter::greet(&client, "slow"));
    call.await.unwrap_err();
    for recorder in [client_recorder, server_recorder] {
        let span = span(&recorder, GREET).await;
        assert_eq!(attribute(&span, "rpc.response.status_code"), text("CANCELLED"));
        assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
        assert_eq!(span.status, Status::Unset);
    }
}

#[tokio::test]
async fn a_timeout_that_no_server_keeps_is_deadline_exceeded_too() {
    let (telemetry, recorder) = telemetry::testing::Recorder::new(telemetry::service!());
    // Accepts connections and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let client = telemetry.grpc_client(greeter::channel(&address), &address.parse().unwrap());
    let call = greeter::call(&client, GREET, within("hello", SOON));
    assert_eq!(call.await.unwrap_err().code(), Code::DeadlineExceeded);
    assert_eq!(attribute(&span(&recorder, GREET).await, "error.type"), text("DEADLINE_EXCEEDED"));
}
