use telemetry::testing::otlp::trace::v1::span::SpanKind;

use crate::{
    told::{Hop, Told},
    twin::Twin,
};

#[tokio::test]
#[ignore = "the check of lesson 7"]
async fn lesson_07_the_record_carries_the_context_of_the_hold_to_the_picker() {
    let twin = Twin::start().await;
    twin.places_a_hold().await;
    let told = twin.closed().await;

    let request = told.only("the hold has no SERVER span of the shelf", |hop| {
        hop.is("shelf", SpanKind::Server, "POST /books/{isbn}/holds")
    });
    let sent = told.only("the desk sent one record, and has no PRODUCER span for it", |hop| {
        hop.is_kind("desk", SpanKind::Producer)
    });
    told.holds(
        told.below(request).iter().any(|hop| hop.span.span_id == sent.span.span_id),
        "the record was sent outside of the hold's trace: the relay does not know whose event it sends",
    );
    let worked = told.only("the picker handled one record, and has no CONSUMER span for it", |hop| {
        hop.is_kind("picker", SpanKind::Consumer)
    });
    told.holds(
        worked.is_child_of(sent) || is_linked(worked, sent),
        "the picker's span is neither below the sender's span nor linked to it",
    );
    told.holds(statements(&told, worked) >= 2, "the picker's statements are not below its CONSUMER span");
    told.holds(
        told.all(|hop| hop.asks("desk", "postgresql")).iter().all(|hop| !hop.span.parent_span_id.is_empty()),
        "the relay's look at the outbox is a trace of its own, one every second, about nothing",
    );
}

fn is_linked(hop: &Hop, to: &Hop) -> bool {
    hop.span.links.iter().any(|link| link.span_id == to.span.span_id)
}

fn statements(told: &Told, hop: &Hop) -> usize {
    told.below(hop).iter().filter(|hop| hop.asks("picker", "postgresql")).count()
}
