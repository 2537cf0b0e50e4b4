use reqwest::StatusCode;
use serde_json::json;
use telemetry::testing::otlp::trace::v1::span::SpanKind;

use crate::twin::{FRANKENSTEIN, Twin};

const CALL: &str = "library.v1.HoldService/PlaceHold";

#[tokio::test]
#[ignore = "the check of lesson 6"]
async fn lesson_06_the_desk_works_in_the_trace_of_the_request() {
    let twin = Twin::start().await;
    twin.places_a_hold().await;
    let nameless = twin.post(&format!("{FRANKENSTEIN}/holds"), &json!({ "reader": "" }));
    twin.answered(nameless, StatusCode::UNPROCESSABLE_ENTITY).await;
    let told = twin.closed().await;

    let calls = told.all(|hop| hop.is("shelf", SpanKind::Client, CALL));
    told.holds(calls.len() == 2, "the shelf called the desk twice, and has no CLIENT span for each call");
    for call in &calls {
        let request = told.all(|hop| call.is_child_of(hop) && hop.is_kind("shelf", SpanKind::Server));
        told.holds(request.len() == 1, "a call of the shelf is not below its request");
    }
    let served = told.all(|hop| hop.is("desk", SpanKind::Server, CALL));
    told.holds(served.len() == 2, "the desk was called twice, and has no SERVER span for each call");
    told.holds(
        served.iter().all(|hop| calls.iter().any(|call| hop.is_child_of(call))),
        "the desk's spans begin traces of their own: the context is lost on the wire",
    );
    told.holds(
        told.below(served[0]).iter().any(|hop| hop.asks("desk", "postgresql")),
        "the desk's statements are not below its span",
    );
    let red = |index: usize, spans: &[&crate::told::Hop]| {
        spans[index].span.status.as_ref().is_some_and(|status| status.code == 2)
    };
    told.holds(red(1, &calls), "INVALID_ARGUMENT is the caller's error: its CLIENT span has to be red");
    told.holds(!red(1, &served), "INVALID_ARGUMENT is no error of the desk: its SERVER span is not red");
}
