//! Log records: severity, body, and what events must say.

use opentelemetry_proto::tonic::logs::v1::LogRecord;

use super::{
    Violation, at,
    attributes::{self, Attributes, Fields},
    own, resource,
};
use crate::testing::received::{Exported, body};

const WARN: i32 = 13;
const ERROR: i32 = 17;

/// Events of the conventions and their severity: an inbound operation that fails is an error, an
/// outbound one a warning, since its caller may know what to do.
#[rustfmt::skip]
const EXCEPTIONS: &[(&str, i32)] = &[
    ("http.server.request.exception", ERROR),
    ("rpc.server.call.exception", ERROR),
    ("messaging.process.exception", ERROR),
    ("http.client.request.exception", WARN),
    ("rpc.client.call.exception", WARN),
    ("db.client.operation.exception", WARN),
    ("messaging.create.exception", WARN),
    ("messaging.send.exception", WARN),
    ("messaging.receive.exception", WARN),
    ("messaging.settle.exception", WARN),
];

/// That of a global handler, whose severity depends on what becomes of the process.
const EXCEPTION: &str = "exception";

pub(super) fn is_event(name: &str) -> bool {
    name == EXCEPTION || EXCEPTIONS.iter().any(|(known, _)| *known == name)
}

pub(super) fn check(exported: &Exported<'_, LogRecord>) -> Vec<Violation> {
    let record = exported.item;
    let mut problems = attributes::check(&record.attributes, Fields::Allowed);
    problems.extend(severity(record));
    if record.body.is_none() && !is_named(record) {
        problems.push("it has no body and no event name: it says nothing".to_owned());
    }
    if (record.trace_id.len(), record.span_id.len()) != (16, 8)
        && !(record.trace_id.is_empty() && record.span_id.is_empty())
    {
        problems.push("it has one of trace id and span id, or a broken one".to_owned());
    }
    problems.extend(event(record));
    let text = body(record).unwrap_or("without text");
    let name = if is_named(record) { record.event_name.as_str() } else { text };
    at(&format!("log record `{name}` of {}", resource::who(exported)), problems)
}

fn is_named(record: &LogRecord) -> bool {
    !record.event_name.is_empty()
}

/// `tracing` calls an event that nobody named after its place in the code, `event src/main.rs:12`, and
/// those of the crate `log` all alike.
fn is_a_name(name: &str) -> bool {
    !name.starts_with("event ") && name != "log event"
}

/// The number counts; the text is what people search for, and must be its short name.
fn severity(record: &LogRecord) -> Option<String> {
    let text = match record.severity_number {
        1..=4 => "TRACE",
        5..=8 => "DEBUG",
        9..=12 => "INFO",
        13..=16 => "WARN",
        17..=20 => "ERROR",
        21..=24 => "FATAL",
        other => return Some(format!("its severity number is {other}: it is between 1 and 24")),
    };
    (record.severity_text != text).then(|| {
        format!(
            "its severity is {} by number and `{}` by text: `{text}` is right",
            record.severity_number, record.severity_text
        )
    })
}

fn event(record: &LogRecord) -> Vec<String> {
    let name = record.event_name.as_str();
    if !is_named(record) || own::is_declared(name) {
        return Vec::new();
    }
    if !is_a_name(name) {
        return vec![format!("its event name `{name}` is no name that anybody chose: leave it out")];
    }
    let known = EXCEPTIONS.iter().find(|(known, _)| *known == name);
    if known.is_none() && name != EXCEPTION {
        return vec![format!("the event `{name}` is unknown: it is neither in the conventions nor declared")];
    }
    let mut problems = Vec::new();
    let attributes = Attributes(&record.attributes);
    if !attributes.has("exception.type") && !attributes.has("exception.message") {
        problems.push("it has neither `exception.type` nor `exception.message`: it needs one".to_owned());
    }
    if let Some((_, right)) = known {
        if record.severity_number != *right {
            problems.push(format!("its severity is {}, it must be {right}", record.severity_number));
        }
        if record.span_id.is_empty() {
            problems.push("it is outside of every span: it belongs to the one that failed".to_owned());
        }
    }
    problems
}
