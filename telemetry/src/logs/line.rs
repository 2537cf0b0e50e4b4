//! One event, one line: JSON for machines, or pretty for a person.

use std::{fmt, io::IsTerminal};

use opentelemetry::{Context, trace::TraceContextExt};
use serde::Serialize;
use serde_json::{Map, Value};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tracing::{
    Event, Level,
    field::{Field, Visit},
};

use crate::{environment::Environment, logs::event_name, stdout::Stdout};

/// How lines look: `LOG_FORMAT=json|pretty`, colour only on a terminal and without `NO_COLOR`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Pretty { colour: bool },
}

impl Format {
    pub(crate) fn from_environment(environment: &mut Environment) -> Self {
        match environment.choice(&["LOG_FORMAT"], &["json", "pretty"], "json") {
            "pretty" => Self::Pretty {
                colour: std::io::stdout().is_terminal() && environment.get("NO_COLOR").is_none(),
            },
            _ => Self::Json,
        }
    }
}

/// Writes events as lines.
pub(crate) struct Lines {
    pub format: Format,
    pub stdout: Stdout,
}

impl Lines {
    pub(crate) fn write(&self, event: &Event<'_>) {
        let line = Line::of(event);
        let mut text = match self.format {
            Format::Json => line.json(),
            Format::Pretty { colour } => line.pretty(colour),
        };
        text.push('\n');
        self.stdout.write(text.into_bytes());
    }
}

struct Line {
    timestamp: String,
    level: Level,
    target: String,
    event_name: Option<&'static str>,
    fields: Fields,
    /// Trace id and span id of the span that runs now, of either API.
    ids: Option<(String, String)>,
}

impl Line {
    fn of(event: &Event<'_>) -> Self {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        Self {
            // Formatting a time of our own clock cannot fail.
            timestamp: OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
            level: *metadata.level(),
            target: fields.target.take().unwrap_or_else(|| metadata.target().to_owned()),
            event_name: event_name::given(metadata.name()),
            fields,
            ids: Context::map_current(ids),
        }
    }

    fn json(self) -> String {
        let (trace_id, span_id) = self.ids.unzip();
        let line = JsonLine {
            timestamp: self.timestamp,
            level: self.level.as_str(),
            target: self.target,
            event_name: self.event_name,
            message: self.fields.message,
            fields: self.fields.rest,
            trace_id,
            span_id,
        };
        // Text, numbers and maps with text as keys always become JSON.
        serde_json::to_string(&line).unwrap_or_default()
    }

    fn pretty(self, colour: bool) -> String {
        let (on, off) = if colour { (ansi(self.level), "\u{1b}[0m") } else { ("", "") };
        let time = self.timestamp.get(11..23).unwrap_or(&self.timestamp);
        let mut line = format!("{time} {on}{:>5}{off} {}: {}", self.level, self.target, self.fields.message);
        for (name, value) in &self.fields.rest {
            line.push_str(&format!(" {name}={value}"));
        }
        if let Some((trace_id, _)) = &self.ids {
            line.push_str(&format!(" trace_id={trace_id}"));
        }
        line
    }
}

/// In the order in which a person looks for them.
#[derive(Serialize)]
struct JsonLine {
    timestamp: String,
    level: &'static str,
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_name: Option<&'static str>,
    message: String,
    #[serde(skip_serializing_if = "Map::is_empty")]
    fields: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    span_id: Option<String>,
}

fn ids(context: &Context) -> Option<(String, String)> {
    let span = context.span();
    let span_context = span.span_context();
    span_context.is_valid().then(|| (span_context.trace_id().to_string(), span_context.span_id().to_string()))
}

fn ansi(level: Level) -> &'static str {
    match level {
        Level::ERROR => "\u{1b}[31m",
        Level::WARN => "\u{1b}[33m",
        Level::INFO => "\u{1b}[32m",
        _ => "\u{1b}[2m",
    }
}

/// The fields of an event, typed as they came.
#[derive(Default)]
struct Fields {
    message: String,
    rest: Map<String, Value>,
    /// Where a record of the `log` crate came from; `tracing` knows it as a field only.
    target: Option<String>,
}

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            ("log.target", Value::String(text)) => self.target = Some(text),
            (name, _) if name.starts_with("log.") => {}
            (name, value) => drop(self.rest.insert(name.to_owned(), value)),
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.put(field, value.to_string().into());
    }
}
