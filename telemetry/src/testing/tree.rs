//! Spans as trees, for people who read why a test failed.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
use opentelemetry_sdk::trace::SpanData;

use super::received::shown;

/// Spans as trees: kind, name, outcome and attributes of each, children below their parents in the
/// order of their starts. One line a span:
///
/// ```text
/// SERVER POST /orders {http.route=/orders, http.response.status_code=202}
/// ├─ CLIENT SELECT users {db.system.name=postgresql}
/// └─ PRODUCER send orders.placed ERROR {error.type=QUEUE_FULL}
/// ```
pub fn tree(spans: &[SpanData]) -> String {
    let spans: Vec<Span> = spans.iter().cloned().map(Span::from).collect();
    render(&spans.iter().collect::<Vec<_>>())
}

pub(super) fn render(spans: &[&Span]) -> String {
    let is_root = |span: &&&Span| !spans.iter().any(|other| is_parent(other, span));
    let mut text = String::new();
    for root in in_order(spans.iter().filter(is_root).copied()) {
        text.push_str(&line(root));
        branches(spans, root, "", &mut text);
    }
    if text.is_empty() { "(no spans)\n".to_owned() } else { text }
}

fn branches(spans: &[&Span], parent: &Span, indent: &str, text: &mut String) {
    let children = in_order(spans.iter().filter(|span| is_parent(parent, span)).copied());
    for (index, child) in children.iter().enumerate() {
        let last = index + 1 == children.len();
        text.push_str(&format!("{indent}{}{}", if last { "└─ " } else { "├─ " }, line(child)));
        branches(spans, child, &format!("{indent}{}", if last { "   " } else { "│  " }), text);
    }
}

fn is_parent(span: &Span, child: &Span) -> bool {
    span.trace_id == child.trace_id && span.span_id == child.parent_span_id
}

fn in_order<'a>(spans: impl Iterator<Item = &'a Span>) -> Vec<&'a Span> {
    let mut spans: Vec<_> = spans.collect();
    spans.sort_by_key(|span| span.start_time_unix_nano);
    spans
}

fn line(span: &Span) -> String {
    let attributes: Vec<_> = span
        .attributes
        .iter()
        .filter_map(|attribute| Some((&attribute.key, attribute.value.as_ref()?.value.as_ref()?)))
        .map(|(key, value)| format!("{key}={}", shown(value)))
        .collect();
    let attributes =
        if attributes.is_empty() { String::new() } else { format!(" {{{}}}", attributes.join(", ")) };
    format!("{} {}{}{attributes}\n", kind_name(span.kind()), span.name, outcome(span))
}

fn outcome(span: &Span) -> String {
    match &span.status {
        Some(status) if status.code() == StatusCode::Error && status.message.is_empty() => {
            " ERROR".to_owned()
        }
        Some(status) if status.code() == StatusCode::Error => format!(" ERROR ({})", status.message),
        Some(status) if status.code() == StatusCode::Ok => " OK".to_owned(),
        _ => String::new(),
    }
}

/// `SERVER`, `CLIENT` and so on.
pub(super) fn kind_name(kind: SpanKind) -> &'static str {
    kind.as_str_name().trim_start_matches("SPAN_KIND_")
}
