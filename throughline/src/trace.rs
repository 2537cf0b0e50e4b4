//! A span as far as the contract and the tree need it, and how Jaeger's query API tells it.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

/// Who does what in a span: the unit of which a trace contract is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Role {
    /// `service.name`.
    pub service: String,
    /// `SERVER`, `CLIENT`, `PRODUCER`, `CONSUMER` or `INTERNAL`.
    pub kind: String,
    /// The span's name.
    pub name: String,
}

/// One span of a trace.
#[derive(Debug, Clone)]
pub struct Span {
    /// 32 hex digits.
    pub trace_id: String,
    /// 16 hex digits.
    pub span_id: String,
    /// The parent's span id; `None` at a root.
    pub parent: Option<String>,
    /// Who does what.
    pub role: Role,
    /// Microseconds since the epoch.
    pub start_us: u64,
    /// Microseconds.
    pub duration_us: u64,
    /// Whether the span's status is `Error`.
    pub failed: bool,
    /// `error.type`, or the code that the protocol answered.
    pub status: Option<String>,
}

/// The answer of `/api/traces/{id}`.
#[derive(Debug, Deserialize)]
pub struct JaegerAnswer {
    data: Option<Vec<JaegerTrace>>,
}

#[derive(Debug, Deserialize)]
struct JaegerTrace {
    spans: Vec<JaegerSpan>,
    processes: HashMap<String, JaegerProcess>,
}

#[derive(Debug, Deserialize)]
struct JaegerProcess {
    #[serde(rename = "serviceName")]
    service_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JaegerSpan {
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
    operation_name: String,
    #[serde(default)]
    references: Vec<JaegerReference>,
    start_time: u64,
    duration: u64,
    #[serde(default)]
    tags: Vec<JaegerTag>,
    #[serde(rename = "processID")]
    process_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct JaegerReference {
    ref_type: String,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Debug, Deserialize)]
struct JaegerTag {
    key: String,
    value: Value,
}

/// What a span answered, the most telling first.
const STATUS_TAGS: [&str; 4] =
    ["error.type", "http.response.status_code", "rpc.response.status_code", "db.response.status_code"];

impl JaegerAnswer {
    /// All spans of all traces in the answer; none when the trace is not known (yet).
    pub fn into_spans(self) -> Vec<Span> {
        let traces = self.data.unwrap_or_default();
        traces.into_iter().flat_map(JaegerTrace::into_spans).collect()
    }

    /// The trace in the answer of which a span is linked to a span of `trace_id`.
    pub fn linked_to(&self, trace_id: &str) -> Option<&str> {
        let mut spans = self.data.iter().flatten().flat_map(|trace| &trace.spans);
        let links = |span: &&JaegerSpan| {
            span.trace_id != trace_id && span.references.iter().any(|link| link.trace_id == trace_id)
        };
        spans.find(links).map(|span| span.trace_id.as_str())
    }
}

impl JaegerTrace {
    fn into_spans(self) -> Vec<Span> {
        let Self { spans, processes } = self;
        spans.into_iter().map(|span| span.into_span(&processes)).collect()
    }
}

impl JaegerSpan {
    fn into_span(self, processes: &HashMap<String, JaegerProcess>) -> Span {
        let service = processes.get(&self.process_id).map(|process| process.service_name.clone());
        let kind = self.tag("span.kind").unwrap_or_else(|| "internal".to_owned()).to_uppercase();
        // Jaeger leaves CHILD_OF out where a link names the parent already, as a message's link does: then
        // FOLLOWS_FROM is all that tells. A reference to another trace is never a parent.
        let within = |kind: &str| {
            let mut references = self.references.iter();
            references.find(|reference| reference.ref_type == kind && reference.trace_id == self.trace_id)
        };
        let parent = within("CHILD_OF").or_else(|| within("FOLLOWS_FROM"));
        Span {
            parent: parent.map(|reference| reference.span_id.clone()),
            failed: self.tag("error").is_some_and(|error| error == "true"),
            status: STATUS_TAGS.iter().find_map(|key| self.tag(key)),
            role: Role { service: service.unwrap_or_default(), kind, name: self.operation_name.clone() },
            start_us: self.start_time,
            duration_us: self.duration,
            trace_id: self.trace_id,
            span_id: self.span_id,
        }
    }

    fn tag(&self, key: &str) -> Option<String> {
        let tag = self.tags.iter().find(|tag| tag.key == key)?;
        Some(tag.value.as_str().map_or_else(|| tag.value.to_string(), str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::{JaegerAnswer, Span};

    fn handled(references: &str) -> Span {
        let json = format!(
            r#"{{"data": [{{"processes": {{"p1": {{"serviceName": "order-worker"}}}}, "spans": [
                {{"traceID": "t", "spanID": "b", "operationName": "process orders.placed", "processID": "p1",
                  "startTime": 1, "duration": 2, "tags": [], "references": [{references}]}}]}}]}}"#
        );
        let answer: JaegerAnswer = serde_json::from_str(&json).unwrap_or(JaegerAnswer { data: None });
        answer.into_spans().remove(0)
    }

    #[test]
    fn a_parent_that_jaeger_tells_only_as_a_link_is_a_parent() {
        let span = handled(r#"{"refType": "FOLLOWS_FROM", "traceID": "t", "spanID": "a"}"#);
        assert_eq!(span.parent.as_deref(), Some("a"));
    }

    #[test]
    fn a_link_to_another_trace_is_no_parent() {
        let span = handled(r#"{"refType": "FOLLOWS_FROM", "traceID": "other", "spanID": "a"}"#);
        assert_eq!(span.parent, None);
    }
}
