//! Assertions on spans, and what they tell when they fail.

use std::panic::{AssertUnwindSafe, catch_unwind};

use telemetry::testing::{ExpectedSpan, Recorder, SpanData, SpanKind, assert_span, span, tree};

use crate::greeter;

const CALL: &str = "test.v1.Greeter/Greet";
const NOBODY: &str = "http://127.0.0.1:1";

/// `work`, and below it a call that reached nobody.
async fn spans() -> Vec<SpanData> {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let client = telemetry.grpc_client(greeter::channel(NOBODY), &NOBODY.parse().unwrap());
    telemetry.batch("work", &[], async { greeter::greet(&client, "hello").await.unwrap_err() }).await;
    recorder.spans()
}

fn failure(spans: &[SpanData], expected: &ExpectedSpan) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| assert_span(spans, expected))).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn a_span_is_found_by_everything_that_is_said_of_it() {
    let spans = spans().await;
    assert_span(&spans, &span("work").kind(SpanKind::Internal).root().succeeded());
    let call = span(CALL).kind(SpanKind::Client).below("work").failed("UNAVAILABLE");
    let found = assert_span(&spans, &call.with("server.port", 1).without("rpc.service"));
    assert_eq!(found.name, CALL);
}

#[tokio::test]
async fn each_difference_is_said_and_the_tree_is_shown() {
    let spans = spans().await;
    let call = span(CALL);
    for (expected, said) in [
        (call.clone().kind(SpanKind::Server), "it is Client, not Server"),
        (call.clone().below("another"), "it is below `work`, not `another`"),
        (call.clone().root(), "it is below `work`, not no span"),
        (call.clone().with("server.port", "1"), "server.port is 1, not \"1\""),
        (call.clone().with("rpc.service", "Greeter"), "rpc.service is absent"),
        (call.clone().without("server.port"), "server.port is 1, not absent"),
        (call.clone().failed("INTERNAL"), "error.type Some(\"UNAVAILABLE\"), not the error `INTERNAL`"),
        (call.clone().succeeded(), "not success"),
        (span("nothing"), "no span is called `nothing`"),
    ] {
        let failure = failure(&spans, &expected);
        assert!(failure.contains(said), "`{said}` is not in {failure}");
        assert!(failure.ends_with(&tree(&spans)), "{failure}");
    }
}

#[tokio::test]
async fn a_tree_shows_kind_name_outcome_and_attributes_of_each_span() {
    let expected = "\
INTERNAL work
└─ CLIENT test.v1.Greeter/Greet ERROR {rpc.system.name=grpc, rpc.method=test.v1.Greeter/Greet, \
server.address=127.0.0.1, server.port=1, rpc.response.status_code=UNAVAILABLE, error.type=UNAVAILABLE}
";
    assert_eq!(tree(&spans().await), expected);
}

#[tokio::test]
async fn a_recorder_keeps_the_logs_of_its_thread_with_the_ids_of_their_spans() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let kept = recorder.capture_logs();
    telemetry.batch("work", &[], async { tracing::warn!("inside") }).await;
    drop(kept);
    tracing::warn!("afterwards");
    let received = recorder.received();
    let records = received.records();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].span_id, received.span("work").span_id);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_spans_in_vain_is_shown_what_there_is() {
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    telemetry.batch("work", &[], async {}).await;
    let waiting = telemetry::spawn(async move { recorder.wait_for(|spans| spans.len() == 2).await });
    let panic = waiting.await.unwrap_err().into_panic();
    assert_eq!(
        panic.downcast_ref::<String>().unwrap(),
        "waited for spans in vain. Recorded:\nINTERNAL work\n"
    );
}
