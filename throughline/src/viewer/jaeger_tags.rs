//! A span's tags, as Jaeger shows and searches them: its attributes, and what OTLP keeps beside them.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use serde::Serialize;
use serde_json::json;

use super::{
    RecordedSpan, Status,
    span::{display, hex},
};

/// JavaScript's numbers are exact up to here; Jaeger writes larger ones as text.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Tag {
    pub(super) key: String,
    #[serde(rename = "type")]
    kind: &'static str,
    value: serde_json::Value,
}

impl Tag {
    pub(super) fn text(key: &str, value: impl Into<String>) -> Self {
        Self { key: key.to_owned(), kind: "string", value: value.into().into() }
    }

    fn from_attribute(attribute: &KeyValue) -> Self {
        let (kind, value) = typed(attribute.value.as_ref());
        Self { key: attribute.key.clone(), kind, value }
    }

    /// Jaeger compares values as text.
    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        let text = match &self.value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.key == key && text == value
    }
}

pub(super) fn attributes(attributes: &[KeyValue]) -> Vec<Tag> {
    attributes.iter().map(Tag::from_attribute).collect()
}

/// All tags of a span, in the order in which Jaeger lists them.
pub(super) fn of_span(recorded: &RecordedSpan) -> Vec<Tag> {
    let mut tags = Vec::new();
    let scope = &recorded.scope;
    let scope_tags = [("otel.scope.name", &scope.name), ("otel.scope.version", &scope.version)];
    tags.extend(
        scope_tags.iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| Tag::text(key, *value)),
    );
    tags.extend(attributes(&recorded.span.attributes));
    tags.push(Tag::text("span.kind", recorded.kind().name()));
    match recorded.status() {
        Status::Unset => {}
        Status::Ok => tags.push(Tag::text("otel.status_code", "OK")),
        Status::Error => {
            tags.push(Tag::text("otel.status_code", "ERROR"));
            // What the pages paint red.
            tags.push(Tag { key: "error".into(), kind: "bool", value: true.into() });
        }
    }
    if let Some(status) = recorded.span.status.as_ref().filter(|status| !status.message.is_empty()) {
        tags.push(Tag::text("otel.status_description", &status.message));
    }
    if !recorded.span.trace_state.is_empty() {
        tags.push(Tag::text("w3c.tracestate", &recorded.span.trace_state));
    }
    tags
}

/// All tags of the process that made a span. `service.name` is left out: it has a place of its own.
pub(super) fn of_process(recorded: &RecordedSpan) -> Vec<Tag> {
    let mut tags = attributes(&recorded.resource.attributes);
    tags.retain(|tag| tag.key != "service.name");
    tags
}

fn typed(value: Option<&AnyValue>) -> (&'static str, serde_json::Value) {
    let Some(value) = value else { return ("string", "".into()) };
    match &value.value {
        Some(Value::BoolValue(yes)) => ("bool", (*yes).into()),
        Some(Value::IntValue(number)) if number.unsigned_abs() > MAX_SAFE_INTEGER => {
            ("int64", number.to_string().into())
        }
        Some(Value::IntValue(number)) => ("int64", (*number).into()),
        // Neither NaN nor infinity is a JSON number.
        Some(Value::DoubleValue(number)) if number.is_finite() => ("float64", json!(number)),
        Some(Value::BytesValue(bytes)) => ("binary", hex(bytes).into()),
        _ => ("string", display(value).into()),
    }
}
