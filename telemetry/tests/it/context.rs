use opentelemetry::{
    Context, KeyValue,
    baggage::BaggageExt,
    context::FutureExt,
    trace::{SpanKind, TraceContextExt},
};
use telemetry::{TraceContext, testing::Recorder};

use crate::{
    greeter::{self, GREET, Pair, greet, pair},
    recorded::{names, span},
};

#[tokio::test]
async fn the_trace_id_of_the_span_is_current_inside_a_handler() {
    let Pair { client, server_recorder, .. } = pair().await;
    let seen = greet(&client, "trace id").await.unwrap();
    assert_eq!(seen, span(&server_recorder, GREET).await.span_context.trace_id().to_string());
}

fn tenant() -> Option<String> {
    Context::current().baggage().get("tenant").map(ToString::to_string)
}

#[tokio::test]
async fn a_spawned_task_keeps_trace_and_baggage() {
    let Pair { client_telemetry, client_recorder, .. } = pair().await;
    let task = client_telemetry.batch("outer", &[], async {
        let with_baggage = Context::current_with_baggage([KeyValue::new("tenant", "a")]);
        // The task is spawned, not wrapped: what it sees came through `spawn` alone.
        let spawning = async { telemetry::spawn(async { (telemetry::current_trace_id(), tenant()) }).await };
        spawning.with_context(with_baggage).await.unwrap()
    });
    let (trace_id, tenant) = task.await;
    let outer = span(&client_recorder, "outer").await;
    assert_eq!(trace_id, Some(outer.span_context.trace_id().to_string()));
    assert_eq!(tenant.as_deref(), Some("a"));
}

#[tokio::test]
async fn outside_a_trace_there_is_no_trace_id() {
    assert_eq!(telemetry::current_trace_id(), None);
}

#[tokio::test]
async fn a_captured_context_survives_storage() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let stored = telemetry.batch("request", &[], async { telemetry.capture() }).await;
    let json = serde_json::to_string(&stored).unwrap();
    let restored: TraceContext = serde_json::from_str(&json).unwrap();
    assert_eq!(restored, stored);
    let request = span(&recorder, "request").await;
    let (id, header) = (request.span_context.trace_id(), stored.headers().next().unwrap());
    assert_eq!(header.0, "traceparent");
    assert!(header.1.contains(&id.to_string()), "{header:?}");
    assert_eq!(telemetry.capture(), TraceContext::default());
}

#[tokio::test]
async fn a_batch_is_a_trace_of_its_own_with_a_link_to_each_request() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let mut stored = Vec::new();
    for name in ["first", "second"] {
        stored.push(telemetry.batch(name, &[], async { telemetry.capture() }).await);
    }
    stored.push(TraceContext::default());
    telemetry.batch("relay", &stored, async {}).await;
    let (first, relay) = (span(&recorder, "first").await, span(&recorder, "relay").await);
    assert_eq!(relay.span_kind, SpanKind::Internal);
    assert_eq!(relay.links.len(), 2);
    assert_eq!(relay.links[0].span_context.trace_id(), first.span_context.trace_id());
    assert_ne!(relay.span_context.trace_id(), first.span_context.trace_id());
    assert_eq!(relay.parent_span_id, opentelemetry::SpanId::INVALID);
}

#[tokio::test]
async fn unrecorded_work_makes_no_spans_and_hands_on_the_callers_context() {
    let Pair { client, client_telemetry, client_recorder, server_recorder, .. } = pair().await;
    let work = async { client_telemetry.unrecorded(greet(&client, "trace id")).await.unwrap() };
    let seen = client_telemetry.batch("outer", &[], work).await;
    let outer = span(&client_recorder, "outer").await;
    assert_eq!(names(&client_recorder.spans()), ["outer"]);
    assert_eq!(seen, outer.span_context.trace_id().to_string());
    assert_eq!(span(&server_recorder, GREET).await.parent_span_id, outer.span_context.span_id());
}

#[tokio::test]
async fn a_propagator_that_injects_nothing_cuts_the_trace() {
    let Pair { address, server_recorder, .. } = pair().await;
    let nothing = opentelemetry::propagation::TextMapCompositePropagator::new(Vec::new());
    let (telemetry, recorder) = Recorder::with_propagator(telemetry::service!(), nothing);
    let client = telemetry.grpc_client(greeter::channel(&address), &address.parse().unwrap());
    greet(&client, "hello").await.unwrap();
    let (outer, inner) = (span(&recorder, GREET).await, span(&server_recorder, GREET).await);
    assert_ne!(inner.span_context.trace_id(), outer.span_context.trace_id());
    assert!(!Context::current().span().span_context().is_valid());
}
