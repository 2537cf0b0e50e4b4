//! Success and failure: a span's status and its `error.type` agree with each other and with the code.

use opentelemetry_proto::tonic::trace::v1::{Span, Status, span::SpanKind, status::StatusCode};

use super::{attributes::Attributes, spans::Convention};
use crate::names;

pub(super) fn check(span: &Span, convention: Option<Convention>) -> Vec<String> {
    let attributes = Attributes(&span.attributes);
    let status = span.status.as_ref().map_or(StatusCode::Unset, Status::code);
    let failed = status == StatusCode::Error;
    let mut problems = Vec::new();
    if failed && !attributes.has("error.type") {
        problems.push("its status is Error without `error.type`: that must say what failed".to_owned());
    }
    if !failed && attributes.has("error.type") {
        problems.push("it has `error.type` and its status is not Error: both, or none of them".to_owned());
    }
    if status == StatusCode::Ok {
        problems.push("its status is Ok: on success it is left unset".to_owned());
    }
    if attributes.text("error.type") == Some("") {
        problems.push("`error.type` is empty".to_owned());
    }
    let code = match convention {
        Some(Convention::Http) => http(attributes, span.kind()),
        Some(Convention::Rpc) => rpc(attributes, span.kind()),
        Some(Convention::Database) => database(attributes),
        Some(Convention::Messaging) | None => None,
    };
    problems.extend(code.and_then(|code| code.disagrees(attributes, failed)));
    if convention == Some(Convention::Http) && span.kind() == SpanKind::Server {
        problems.extend(unanswered(attributes));
    }
    problems
}

/// What an operation ended with, and whether its convention calls that a failure.
struct Code {
    text: String,
    is_failure: bool,
}

impl Code {
    /// A failure has its code as `error.type`. What is none must not have; it may have failed for
    /// another reason, as an answer of 200 whose body broke off.
    fn disagrees(&self, attributes: Attributes<'_>, failed: bool) -> Option<String> {
        let Code { text, is_failure } = self;
        let error_type = attributes.text("error.type");
        if *is_failure && !failed {
            return Some(format!("it ended with {text}, which is a failure here: its status must be Error"));
        }
        if *is_failure && error_type != Some(text.as_str()) {
            let actual = error_type.unwrap_or_default();
            return Some(format!("`error.type` is `{actual}`: it follows the code, `{text}`"));
        }
        if !is_failure && error_type == Some(text.as_str()) {
            return Some(format!("it ended with {text}, which is no failure here: its status is left unset"));
        }
        None
    }
}

/// A 4xx is the client's failure, a 5xx both sides'.
fn http(attributes: Attributes<'_>, kind: SpanKind) -> Option<Code> {
    let status = attributes.int("http.response.status_code")?;
    let from = if kind == SpanKind::Server { 500 } else { 400 };
    Some(Code { text: status.to_string(), is_failure: status >= from })
}

/// For a client all but OK is a failure, for a server only what it did not do in good order. A call that
/// nobody waits for any more has failed nobody.
fn rpc(attributes: Attributes<'_>, kind: SpanKind) -> Option<Code> {
    const SERVERS: [&str; 6] =
        ["UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"];
    let code = attributes.text("rpc.response.status_code")?;
    let cancelled = attributes.has(names::CANCELLED);
    let is_failure =
        if kind == SpanKind::Server { SERVERS.contains(&code) } else { code != "OK" && !cancelled };
    Some(Code { text: code.to_owned(), is_failure })
}

/// PostgreSQL: SQLSTATE class 02 or higher, since 00 is success and 01 a warning. Redis and others: each.
fn database(attributes: Attributes<'_>) -> Option<Code> {
    let code = attributes.text("db.response.status_code")?;
    let postgresql = attributes.text("db.system.name") == Some("postgresql");
    let is_failure = !postgresql || !(code.starts_with("00") || code.starts_with("01"));
    Some(Code { text: code.to_owned(), is_failure })
}

fn unanswered(attributes: Attributes<'_>) -> Option<String> {
    let ends = ["http.response.status_code", "error.type", names::CANCELLED];
    let told = ends.iter().any(|key| attributes.has(key));
    (!told).then(|| {
        "`http.response.status_code` is missing: a request that did not fail was answered".to_owned()
    })
}
