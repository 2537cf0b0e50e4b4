use opentelemetry::{Context, KeyValue, baggage::BaggageExt, context::FutureExt, trace::TracerProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use telemetry::testing::Recorder;
use tokio::task::JoinSet;
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

use crate::recorded::span;

/// What a task sees of its caller.
fn seen() -> (Option<String>, Option<String>) {
    let tenant = Context::current().baggage().get("tenant").map(ToString::to_string);
    (telemetry::current_trace_id(), tenant)
}

/// Runs `work` inside a span and a baggage; returns the trace that it should have seen, too.
async fn inside<T>(work: impl Future<Output = T>) -> (T, Option<String>) {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let outer = async {
        let baggage = Context::current_with_baggage([KeyValue::new("tenant", "a")]);
        work.with_context(baggage).await
    };
    let result = telemetry.batch("outer", &[], outer).await;
    (result, Some(span(&recorder, "outer").await.span_context.trace_id().to_string()))
}

#[tokio::test]
async fn a_blocking_task_keeps_trace_and_baggage() {
    let (seen, trace) = inside(async { telemetry::spawn_blocking(seen).await.unwrap() }).await;
    assert_eq!(seen, (trace, Some("a".to_owned())));
}

#[tokio::test]
async fn a_task_of_a_join_set_keeps_trace_and_baggage() {
    let work = async {
        let mut set = JoinSet::new();
        set.spawn(telemetry::in_current_context(async { seen() }));
        set.join_next().await.unwrap().unwrap()
    };
    let (seen, trace) = inside(work).await;
    assert_eq!(seen, (trace, Some("a".to_owned())));
}

#[tokio::test]
async fn a_bare_join_set_loses_both() {
    let work = async {
        let mut set = JoinSet::new();
        set.spawn(async { seen() });
        set.join_next().await.unwrap().unwrap()
    };
    assert_eq!(inside(work).await.0, (None, None));
}

/// edge → `#[tracing::instrument]` → edge → `tracing` again: one line of parents through both APIs.
#[tokio::test]
async fn spans_of_both_apis_are_parents_of_each_other() {
    let exporter = InMemorySpanExporter::default();
    let tracers = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer().with_tracer(tracers.tracer("internal"));
    let _subscriber = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let call_and_more = async {
        // A `CLIENT` span of an edge, below the internal one.
        let client = telemetry.grpc_client(
            crate::greeter::channel("http://127.0.0.1:1"),
            &"http://127.0.0.1:1".parse().unwrap(),
        );
        crate::greeter::greet(&client, "hello").await.unwrap_err();
        tracing::info_span!("deeper").in_scope(|| ());
    };
    // A span takes its parent where it is made, not where it is entered.
    let work = async { call_and_more.instrument(tracing::info_span!("internal")).await };
    telemetry.batch("edge", &[], work).await;
    let (edge, call) = (span(&recorder, "edge").await, span(&recorder, crate::greeter::GREET).await);
    let internal = exporter.get_finished_spans().unwrap();
    let named = |name: &str| internal.iter().find(|span| span.name == name).unwrap();
    assert_eq!(named("internal").parent_span_id, edge.span_context.span_id());
    assert_eq!(call.parent_span_id, named("internal").span_context.span_id());
    assert_eq!(named("deeper").parent_span_id, named("internal").span_context.span_id());
    assert_eq!(named("deeper").span_context.trace_id(), edge.span_context.trace_id());
}
