//! What a span says of itself.

use telemetry::testing::otlp::{
    common::v1::any_value::Value,
    trace::v1::{Span, status::StatusCode},
};

use crate::pair::{Pair, Run};

#[test]
fn an_instrumented_handler_is_no_server_unless_it_says_so() {
    let observe = |run: &Run| {
        let spans = run.received.spans();
        let [span] = spans[..] else { return format!("{} spans arrive", spans.len()) };
        let kind = span.kind().as_str_name().trim_start_matches("SPAN_KIND_");
        format!("{kind} `{}` arrives", span.name)
    };
    Pair::of("08-wrong-kind").shows(
        observe,
        "INTERNAL `show_order` arrives",
        "SERVER `GET /orders/{id}` arrives",
    );
}

#[test]
fn an_unsigned_number_becomes_a_text() {
    let observe = |run: &Run| {
        let attributes = &run.received.span("show_order").attributes;
        let status = attributes.iter().find(|attribute| attribute.key == "http.response.status_code");
        match status.and_then(|status| status.value.as_ref()?.value.as_ref()) {
            Some(Value::StringValue(text)) => format!("the status is the text \"{text}\""),
            Some(Value::IntValue(number)) => format!("the status is the number {number}"),
            other => format!("the status is {other:?}"),
        }
    };
    Pair::of("09-number-as-text").shows(
        observe,
        "the status is the text \"404\"",
        "the status is the number 404",
    );
}

#[test]
fn the_span_of_a_handler_ends_before_the_body_that_it_returned() {
    let observe = |run: &Run| {
        let request = run.received.span("export_orders");
        let rows = run.received.spans().into_iter().filter(|span| span.name == "read_row");
        let inside = |row: &Span| {
            row.parent_span_id == request.span_id && row.end_time_unix_nano <= request.end_time_unix_nano
        };
        format!("{} of 3 rows are inside the request's span", rows.filter(|row| inside(row)).count())
    };
    Pair::of("10-span-ends-early").shows(
        observe,
        "0 of 3 rows are inside the request's span",
        "3 of 3 rows are inside the request's span",
    );
}

#[test]
fn an_error_that_was_handled_fails_the_span_around_it() {
    let observe = |run: &Run| {
        let span = run.received.span("price");
        let failed = span.status.as_ref().is_some_and(|status| status.code() == StatusCode::Error);
        let outcome = if failed { "an error" } else { "no error" };
        format!("the span is {outcome}; events: {}", span.events.len())
    };
    Pair::of("11-handled-error").shows(
        observe,
        "the span is an error; events: 1",
        "the span is no error; events: 0",
    );
}

#[test]
fn a_log_level_for_everything_silences_the_spans_too() {
    let observe = |run: &Run| format!("{} of 10 spans arrive", run.received.spans().len());
    Pair::of("12-silenced-spans").with(&[("RUST_LOG", "warn")]).shows(
        observe,
        "0 of 10 spans arrive",
        "10 of 10 spans arrive",
    );
}
