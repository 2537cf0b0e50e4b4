//! A trace in the JSON that Jaeger's pages read.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;

use super::{
    RecordedSpan, Trace,
    jaeger_tags::{self, Tag},
    span::hex,
};

const NANOSECONDS_PER_MICROSECOND: u64 = 1_000;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JaegerTrace {
    #[serde(rename = "traceID")]
    trace_id: String,
    spans: Vec<JaegerSpan>,
    processes: BTreeMap<String, Process>,
    warnings: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct JaegerSpan {
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
    operation_name: String,
    references: Vec<Reference>,
    start_time: u64,
    duration: u64,
    tags: Vec<Tag>,
    logs: Vec<Log>,
    #[serde(rename = "processID")]
    process_id: String,
    warnings: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    ref_type: &'static str,
    #[serde(rename = "traceID")]
    trace_id: String,
    #[serde(rename = "spanID")]
    span_id: String,
}

#[derive(Debug, Serialize)]
struct Log {
    timestamp: u64,
    fields: Vec<Tag>,
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Process {
    service_name: String,
    tags: Vec<Tag>,
}

/// `None` for a trace without spans.
pub(super) fn trace(trace: &Trace) -> Option<JaegerTrace> {
    let trace_id = trace.spans.first()?.trace_id();
    let present: HashSet<&[u8]> = trace.spans.iter().map(|span| span.span.span_id.as_slice()).collect();
    let mut processes = Processes::default();
    let spans = trace.spans.iter().map(|recorded| span(recorded, processes.id(recorded), &present)).collect();
    Some(JaegerTrace { trace_id, spans, processes: processes.0, warnings: None })
}

/// One process for each instance of a service: two replicas have the same name, but are two.
#[derive(Debug, Default)]
struct Processes(BTreeMap<String, Process>);

impl Processes {
    fn id(&mut self, recorded: &RecordedSpan) -> String {
        let process =
            Process { service_name: recorded.service().to_owned(), tags: jaeger_tags::of_process(recorded) };
        if let Some((id, _)) = self.0.iter().find(|(_, known)| **known == process) {
            return id.clone();
        }
        let id = format!("p{}", self.0.len() + 1);
        self.0.insert(id.clone(), process);
        id
    }
}

fn span(recorded: &RecordedSpan, process_id: String, present: &HashSet<&[u8]>) -> JaegerSpan {
    let span = &recorded.span;
    let logs = span.events.iter().map(|event| Log {
        timestamp: event.time_unix_nano / NANOSECONDS_PER_MICROSECOND,
        fields: std::iter::once(Tag::text("event", &event.name))
            .chain(jaeger_tags::attributes(&event.attributes))
            .collect(),
    });
    JaegerSpan {
        trace_id: recorded.trace_id(),
        span_id: recorded.span_id(),
        operation_name: span.name.clone(),
        references: references(recorded),
        start_time: span.start_time_unix_nano / NANOSECONDS_PER_MICROSECOND,
        duration: recorded.duration() / NANOSECONDS_PER_MICROSECOND,
        tags: jaeger_tags::of_span(recorded),
        logs: logs.collect(),
        process_id,
        warnings: warnings(recorded, present),
    }
}

fn references(recorded: &RecordedSpan) -> Vec<Reference> {
    let parent = recorded.parent_span_id().map(|span_id| Reference {
        ref_type: "CHILD_OF",
        trace_id: recorded.trace_id(),
        span_id,
    });
    let links = recorded.span.links.iter().map(|link| Reference {
        ref_type: "FOLLOWS_FROM",
        trace_id: hex(&link.trace_id),
        span_id: hex(&link.span_id),
    });
    parent.into_iter().chain(links).collect()
}

fn warnings(recorded: &RecordedSpan, present: &HashSet<&[u8]>) -> Option<Vec<String>> {
    let span = &recorded.span;
    let mut warnings = Vec::new();
    if let Some(parent) = recorded.parent_span_id()
        && !present.contains(span.parent_span_id.as_slice())
    {
        warnings.push(format!("the parent span {parent} has not arrived"));
    }
    let dropped = [
        ("attributes", span.dropped_attributes_count),
        ("events", span.dropped_events_count),
        ("links", span.dropped_links_count),
    ];
    for (what, count) in dropped.into_iter().filter(|(_, count)| *count > 0) {
        warnings.push(format!("the service's SDK dropped {count} {what} of this span"));
    }
    (!warnings.is_empty()).then_some(warnings)
}
