use opentelemetry::trace::{SpanKind, Status};
use tonic::{Code, Request};

use crate::{
    greeter::{self, COUNT, GREET, Pair, greet, pair},
    recorded::{attribute, durations, span, text},
};

#[tokio::test]
async fn a_call_is_one_client_span_and_one_server_span_in_one_trace() {
    let Pair { client, client_recorder, server_recorder, address, .. } = pair().await;
    assert_eq!(greet(&client, "hello").await.unwrap(), "hello");
    let (outer, inner) = (span(&client_recorder, GREET).await, span(&server_recorder, GREET).await);

    assert_eq!((outer.span_kind.clone(), inner.span_kind.clone()), (SpanKind::Client, SpanKind::Server));
    assert_eq!(inner.span_context.trace_id(), outer.span_context.trace_id());
    assert_eq!(inner.parent_span_id, outer.span_context.span_id());
    assert!(inner.parent_span_is_remote);
    let port = address.rsplit_once(':').unwrap().1.parse::<i64>().unwrap();
    for one in [&outer, &inner] {
        assert_eq!(attribute(one, "rpc.system.name"), text("grpc"));
        assert_eq!(attribute(one, "rpc.method"), text(GREET));
        assert_eq!(attribute(one, "rpc.response.status_code"), text("OK"));
        assert_eq!(attribute(one, "server.address"), text("127.0.0.1"));
        assert_eq!(attribute(one, "server.port"), Some(port.into()));
        assert_eq!(attribute(one, "error.type"), None);
        assert_eq!(one.status, Status::Unset);
    }
    assert_eq!(attribute(&inner, "network.peer.address"), text("127.0.0.1"));
    assert_eq!(inner.instrumentation_scope.schema_url(), Some("https://opentelemetry.io/schemas/1.44.0"));
}

#[tokio::test]
async fn the_durations_of_a_call_have_the_conventions_buckets_and_labels() {
    let Pair { client, client_recorder, server_recorder, .. } = pair().await;
    greet(&client, "hello").await.unwrap();
    span(&server_recorder, GREET).await;
    let (outer, inner) = (
        durations(&client_recorder, "rpc.client.call.duration"),
        durations(&server_recorder, "rpc.server.call.duration"),
    );
    let keys = ["rpc.method", "rpc.response.status_code", "rpc.system.name"];
    assert_eq!(inner[0].keys(), keys);
    assert_eq!(outer[0].keys(), [&keys[..], &["server.address", "server.port"]].concat());
    for series in [&outer[0], &inner[0]] {
        assert_eq!(series.unit, "s");
        assert_eq!(
            series.bounds,
            [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]
        );
        assert_eq!(series.count, 1);
    }
}

#[tokio::test]
async fn not_found_is_an_error_to_the_client_and_none_to_the_server() {
    let Pair { client, client_recorder, server_recorder, .. } = pair().await;
    assert_eq!(greet(&client, "not found").await.unwrap_err().code(), Code::NotFound);
    let (outer, inner) = (span(&client_recorder, GREET).await, span(&server_recorder, GREET).await);
    assert_eq!(attribute(&inner, "rpc.response.status_code"), text("NOT_FOUND"));
    assert_eq!((attribute(&inner, "error.type"), &inner.status), (None, &Status::Unset));
    assert_eq!(attribute(&outer, "error.type"), text("NOT_FOUND"));
    assert_eq!(outer.status, Status::error(""));
}

#[tokio::test]
async fn internal_is_an_error_to_both() {
    let Pair { client, client_recorder, server_recorder, .. } = pair().await;
    greet(&client, "internal").await.unwrap_err();
    for recorder in [client_recorder, server_recorder] {
        let span = span(&recorder, GREET).await;
        assert_eq!(attribute(&span, "error.type"), text("INTERNAL"));
        assert_eq!(span.status, Status::error(""));
    }
}

#[tokio::test]
async fn a_streams_status_is_read_from_its_trailers() {
    let Pair { client, client_recorder, server_recorder, .. } = pair().await;
    let (messages, end) = greeter::count(&client, Request::new("internal".to_owned())).await;
    assert_eq!((messages.len(), end.unwrap_err().code()), (2, Code::Internal));
    for recorder in [client_recorder, server_recorder] {
        assert_eq!(attribute(&span(&recorder, COUNT).await, "rpc.response.status_code"), text("INTERNAL"));
    }
}

#[tokio::test]
async fn a_stream_that_ends_well_is_ok_on_both_sides() {
    let Pair { client, client_recorder, server_recorder, .. } = pair().await;
    let (messages, end) = greeter::count(&client, Request::new("three".to_owned())).await;
    end.unwrap();
    assert_eq!(messages, ["one", "two", "three"]);
    for recorder in [client_recorder, server_recorder] {
        assert_eq!(attribute(&span(&recorder, COUNT).await, "rpc.response.status_code"), text("OK"));
    }
}

#[tokio::test]
async fn a_method_that_the_server_does_not_know_is_other() {
    let Pair { client, server_recorder, .. } = pair().await;
    let status =
        greeter::call(&client, "test.v1.Greeter/Guess", Request::new(String::new())).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    let span = span(&server_recorder, "grpc").await;
    assert_eq!(attribute(&span, "rpc.method"), text("_OTHER"));
    assert_eq!(attribute(&span, "rpc.method_original"), text("test.v1.Greeter/Guess"));
    assert_eq!(attribute(&span, "error.type"), text("UNIMPLEMENTED"));
}

#[tokio::test]
async fn health_checks_make_no_server_spans() {
    let Pair { client, server_recorder, address, .. } = pair().await;
    let mut health = tonic_health::pb::health_client::HealthClient::new(greeter::channel(&address));
    health.check(tonic_health::pb::HealthCheckRequest::default()).await.unwrap();
    // A second call, which does make one, shows that the first would have been here by now.
    greet(&client, "hello").await.unwrap();
    span(&server_recorder, GREET).await;
    assert_eq!(server_recorder.spans().len(), 1);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let (telemetry, recorder) = telemetry::testing::Recorder::new(telemetry::service!());
    let address = "http://127.0.0.1:1";
    let client = telemetry.grpc_client(greeter::channel(address), &address.parse().unwrap());
    assert_eq!(greet(&client, "hello").await.unwrap_err().code(), Code::Unavailable);
    let span = span(&recorder, GREET).await;
    assert_eq!(attribute(&span, "rpc.response.status_code"), text("UNAVAILABLE"));
    assert_eq!(attribute(&span, "error.type"), text("UNAVAILABLE"));
}
