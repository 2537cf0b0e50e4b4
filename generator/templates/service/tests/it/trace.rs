//! The trace contract of this service's own edge: these spans, below these parents, and no others. All that
//! is emitted keeps the semantic conventions.

// <grpc>
use proto::my_things::v1::GetMyThingRequest;
// </grpc>
use telemetry::testing::{SpanData, SpanKind, assert_span, conventions, span, tree};
use uuid::Uuid;

// <kafka>
use crate::broker::TOPIC;
// </kafka>
use crate::support::TestApp;

/// Kind, name, and the name of the parent; the edge has none here, since a test has no spans.
fn assert_contract(spans: &[SpanData], promised: &[(SpanKind, &str, Option<&str>)]) {
    for (kind, name, parent) in promised {
        let expected = span(*name).kind(kind.clone()).succeeded();
        let expected = match parent {
            Some(parent) => expected.below(*parent),
            None => expected.root(),
        };
        assert_span(spans, &expected);
    }
    assert_eq!(spans.len(), promised.len(), "nobody promised some of these:\n{}", tree(spans));
}
// <grpc>

#[tokio::test]
async fn a_call_is_one_trace_with_its_statements_below_it() {
    const CREATE: &str = "my_things.v1.MyThingService/CreateMyThing";
    const GET: &str = "my_things.v1.MyThingService/GetMyThing";
    let mut app = TestApp::start().await;
    let created = app.create(Uuid::now_v7(), "first").await;
    app.client.get_my_thing(GetMyThingRequest { id: created.id }).await.unwrap();
    let spans = app.ended(GET, 1).await;
    // <both>
    // What the consumer does meanwhile is in the test of messages.
    let spans: Vec<SpanData> = spans.into_iter().filter(|span| !span.name.contains(TOPIC)).collect();
    // </both>
    assert_contract(
        &spans,
        &[
            (SpanKind::Server, CREATE, None),
            (SpanKind::Client, "INSERT my_things", Some(CREATE)),
            (SpanKind::Server, GET, None),
            (SpanKind::Client, "GET", Some(GET)),
            (SpanKind::Client, "SELECT my_things", Some(GET)),
            (SpanKind::Client, "SETEX", Some(GET)),
        ],
    );
    conventions::assert_kept(&app.recorder.received());
    app.stop().await;
}
// </grpc>
// <kafka>

#[tokio::test]
async fn a_message_goes_on_in_the_trace_that_sent_it() {
    let app = TestApp::start().await;
    let (trace, sender) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let traceparent = format!("00-{trace}-{sender}-01");
    app.broker.request(Uuid::now_v7(), "first", &[("traceparent", &traceparent)]).await;
    let (process, commit) = (format!("process {TOPIC}"), format!("commit {TOPIC}"));
    let spans = app.ended(&commit, 1).await;
    let here = |span: &SpanData| span.span_context.trace_id().to_string() == trace;
    let spans: Vec<SpanData> = spans.into_iter().filter(here).collect();
    let handled = spans.iter().find(|span| span.name == process).unwrap();
    assert_eq!(handled.parent_span_id.to_string(), sender, "the message's own span is the parent");
    assert_contract(
        &spans,
        &[
            (SpanKind::Consumer, &process, None),
            (SpanKind::Client, "INSERT my_things", Some(&process)),
            (SpanKind::Client, &commit, None),
        ],
    );
    conventions::assert_kept(&app.recorder.received());
    app.stop().await;
}
// </kafka>
