//! `OTEL_{SIGNAL}_EXPORTER=console`: what would be exported, as lines of JSON on standard output, for a
//! developer without a collector. `signal` tells them from log lines. The form is for people and may
//! change; the specification leaves it open.

mod json;
mod metrics;

use opentelemetry::trace::{SpanId, Status};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    logs::{LogBatch, LogExporter, SdkLogRecord},
    trace::{SpanData, SpanExporter},
};
use serde_json::{Value, json};

use crate::stdout::Stdout;

use json::{any, attributes, time};
pub(crate) use metrics::ConsoleMetrics;

/// Lines that do not fit are dropped and counted by [`Stdout`].
pub(crate) struct Console(pub Stdout);

impl std::fmt::Debug for Console {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Console")
    }
}

impl Console {
    fn write(&self, line: &Value) {
        self.0.write(format!("{line}\n").into_bytes());
    }
}

impl SpanExporter for Console {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        batch.iter().for_each(|span| self.write(&span_json(span)));
        Ok(())
    }
}

impl LogExporter for Console {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        batch.iter().for_each(|(record, _)| self.write(&record_json(record)));
        Ok(())
    }
}

fn span_json(span: &SpanData) -> Value {
    let context = &span.span_context;
    let duration = span.end_time.duration_since(span.start_time).unwrap_or_default();
    let events = span.events.iter().map(|event| {
        json!({"name": event.name, "time": time(event.timestamp), "attributes": attributes(&event.attributes)})
    });
    let links = span.links.iter().map(|link| {
        let to = &link.span_context;
        json!({"trace_id": to.trace_id().to_string(), "span_id": to.span_id().to_string()})
    });
    let parent = Some(span.parent_span_id).filter(|id| *id != SpanId::INVALID);
    let (status, description) = match &span.status {
        Status::Unset => ("UNSET", None),
        Status::Ok => ("OK", None),
        Status::Error { description } => ("ERROR", Some(description)),
    };
    json!({
        "signal": "span",
        "name": span.name,
        "kind": format!("{:?}", span.span_kind).to_uppercase(),
        "trace_id": context.trace_id().to_string(),
        "span_id": context.span_id().to_string(),
        "parent_span_id": parent.map(|id| id.to_string()),
        "trace_state": context.trace_state().header(),
        "start": time(span.start_time),
        "duration_ms": duration.as_secs_f64() * 1000.0,
        "status": status,
        "status_description": description,
        "attributes": attributes(&span.attributes),
        "events": events.collect::<Vec<_>>(),
        "links": links.collect::<Vec<_>>(),
        "scope": span.instrumentation_scope.name(),
    })
}

fn record_json(record: &SdkLogRecord) -> Value {
    let ids = record.trace_context();
    let attributes = record.attributes_iter().map(|(key, value)| (key.to_string(), any(value)));
    json!({
        "signal": "log",
        "time": record.timestamp().or(record.observed_timestamp()).map(time),
        "severity": record.severity_text(),
        "target": record.target(),
        "event_name": record.event_name().filter(|name| !name.is_empty()),
        "body": record.body().map(any),
        "attributes": attributes.collect::<serde_json::Map<_, _>>(),
        "trace_id": ids.map(|ids| ids.trace_id.to_string()),
        "span_id": ids.map(|ids| ids.span_id.to_string()),
    })
}
