//! Assertions on spans that show all that was recorded when they fail.

use opentelemetry::{
    Value,
    trace::{SpanKind, Status},
};
use opentelemetry_sdk::trace::SpanData;

use super::tree::tree;

/// What a test expects of a span; made by [`span`]. What is not said is not checked.
#[derive(Debug, Clone)]
#[must_use = "give it to `assert_span`"]
pub struct ExpectedSpan {
    name: String,
    kind: Option<SpanKind>,
    /// `Some(None)`: no span of these.
    parent: Option<Option<String>>,
    /// `None`: the attribute must not be there.
    attributes: Vec<(String, Option<Value>)>,
    /// `Some(None)`: it must not have failed.
    error: Option<Option<String>>,
}

/// A span of this name.
pub fn span(name: impl Into<String>) -> ExpectedSpan {
    ExpectedSpan { name: name.into(), kind: None, parent: None, attributes: Vec::new(), error: None }
}

impl ExpectedSpan {
    /// Of this kind.
    pub fn kind(self, kind: SpanKind) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// Directly below a span of this name.
    pub fn below(self, parent: impl Into<String>) -> Self {
        Self { parent: Some(Some(parent.into())), ..self }
    }

    /// Below none of the spans.
    pub fn root(self) -> Self {
        Self { parent: Some(None), ..self }
    }

    /// With this attribute, equal in type and value.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.attributes.push((key.into(), Some(value.into())));
        self
    }

    /// Without this attribute.
    pub fn without(mut self, key: impl Into<String>) -> Self {
        self.attributes.push((key.into(), None));
        self
    }

    /// Failed: status `Error`, and this `error.type`.
    pub fn failed(self, error_type: impl Into<String>) -> Self {
        Self { error: Some(Some(error_type.into())), ..self }
    }

    /// Not failed: status unset, no `error.type`.
    pub fn succeeded(self) -> Self {
        Self { error: Some(None), ..self }
    }

    /// In which points a span of the right name is another one.
    fn differences(&self, spans: &[SpanData], span: &SpanData) -> Vec<String> {
        let mut found = Vec::new();
        if let Some(kind) = self.kind.as_ref().filter(|kind| **kind != span.span_kind) {
            found.push(format!("it is {:?}, not {kind:?}", span.span_kind));
        }
        let parent = parent(spans, span);
        if let Some(expected) = self.parent.as_ref().filter(|expected| expected.as_deref() != parent) {
            found.push(format!("it is below {}, not {}", quoted(parent), quoted(expected.as_deref())));
        }
        for (key, expected) in &self.attributes {
            let actual = attribute(span, key);
            if actual != expected.as_ref() {
                found.push(format!("{key} is {}, not {}", shown(actual), shown(expected.as_ref())));
            }
        }
        found.extend(self.error.as_ref().and_then(|expected| wrong_outcome(expected.as_deref(), span)));
        found
    }
}

fn wrong_outcome(expected: Option<&str>, span: &SpanData) -> Option<String> {
    let failed = matches!(span.status, Status::Error { .. });
    let error_type = attribute(span, crate::names::ERROR_TYPE).map(ToString::to_string);
    let right = failed == expected.is_some() && error_type.as_deref() == expected;
    let wanted = expected.map_or_else(|| "success".to_owned(), |error| format!("the error `{error}`"));
    (!right).then(|| format!("it has status {:?} and error.type {error_type:?}, not {wanted}", span.status))
}

/// Finds the span that fits, and returns it. Of several with its name one must fit.
///
/// # Panics
/// When none fits. The message says in which points the nearest one differs, and shows all spans as a
/// [`tree`].
#[track_caller]
pub fn assert_span<'a>(spans: &'a [SpanData], expected: &ExpectedSpan) -> &'a SpanData {
    let named = spans.iter().filter(|span| span.name == expected.name);
    let nearest = named
        .map(|span| (span, expected.differences(spans, span)))
        .min_by_key(|(_, differences)| differences.len());
    match nearest {
        Some((span, differences)) if differences.is_empty() => span,
        Some((_, differences)) => {
            panic!("no span `{}` fits: {}. Recorded:\n{}", expected.name, differences.join("; "), tree(spans))
        }
        None => panic!("no span is called `{}`. Recorded:\n{}", expected.name, tree(spans)),
    }
}

fn parent<'a>(spans: &'a [SpanData], span: &SpanData) -> Option<&'a str> {
    let is_parent = |other: &&SpanData| {
        other.span_context.trace_id() == span.span_context.trace_id()
            && other.span_context.span_id() == span.parent_span_id
    };
    spans.iter().find(is_parent).map(|parent| parent.name.as_ref())
}

fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<&'a Value> {
    span.attributes.iter().find(|attribute| attribute.key.as_str() == key).map(|attribute| &attribute.value)
}

fn quoted(name: Option<&str>) -> String {
    name.map_or_else(|| "no span".to_owned(), |name| format!("`{name}`"))
}

fn shown(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(Value::String(text)) => format!("{:?}", text.as_str()),
        Some(value) => value.to_string(),
    }
}
