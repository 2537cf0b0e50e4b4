//! Changes one thing of a right span.

use telemetry::testing::otlp::{
    common::v1::KeyValue,
    trace::v1::{Span, Status, span::SpanKind, status::StatusCode},
};

use super::examples::text;

/// The span with one attribute put in place of what it has under that name.
pub fn with(mut span: Span, attribute: KeyValue) -> Span {
    span = without(span, &attribute.key.clone());
    span.attributes.push(attribute);
    span
}

pub fn without(mut span: Span, key: &str) -> Span {
    span.attributes.retain(|attribute| attribute.key != key);
    span
}

pub fn named(span: Span, name: &str) -> Span {
    Span { name: name.to_owned(), ..span }
}

pub fn of_kind(span: Span, kind: SpanKind) -> Span {
    Span { kind: kind.into(), ..span }
}

pub fn status(span: Span, code: StatusCode) -> Span {
    Span { status: Some(Status { code: code.into(), ..Status::default() }), ..span }
}

pub fn failed(span: Span, error_type: &str) -> Span {
    status(with(span, text("error.type", error_type)), StatusCode::Error)
}
