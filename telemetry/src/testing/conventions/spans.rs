//! Spans: which operation one is, and what its convention says of it.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};

use super::{
    Violation, at,
    attributes::{self, Attributes, Fields},
    operation_table::{
        DATABASE, EVERYWHERE, HTTP_CLIENT, HTTP_SERVER, Operation, POSTGRESQL, PROCESS, RECEIVE, REDIS,
        RPC_CLIENT, RPC_SERVER, SEND, SETTLE,
    },
    outcome, own, resource, secrets, span_name,
};
use crate::testing::{received::Exported, tree::kind_name};

/// The conventions that a span can belong to; one of their attributes gives it away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Convention {
    Http,
    Rpc,
    Database,
    Messaging,
}

impl Convention {
    fn of(attributes: Attributes<'_>) -> Option<Self> {
        let prefixes = [
            ("messaging.", Self::Messaging),
            ("db.", Self::Database),
            ("rpc.", Self::Rpc),
            ("http.", Self::Http),
        ];
        let has = |prefix: &str| attributes.0.iter().any(|attribute| attribute.key.starts_with(prefix));
        prefixes.into_iter().find(|(prefix, _)| has(prefix)).map(|(_, convention)| convention)
    }
}

pub(super) fn check(exported: &Exported<'_, Span>) -> Vec<Violation> {
    let span = exported.item;
    let attributes = Attributes(&span.attributes);
    let convention = Convention::of(attributes);
    let fields = if convention.is_none() && span.kind() == SpanKind::Internal {
        Fields::Allowed
    } else {
        Fields::Unknown
    };
    let mut problems = attributes::check(&span.attributes, fields);
    problems.extend(deprecated_events(span));
    problems.extend(outcome::check(span, convention));
    match convention {
        Some(convention) => problems.extend(check_operation(span, convention)),
        None if span.kind() != SpanKind::Internal => problems.push(format!(
            "its kind is {}, but it has no attribute of HTTP, RPC, a database or messaging: what happens \
             inside a process is INTERNAL",
            kind_name(span.kind())
        )),
        None => {}
    }
    let place = format!("span `{}` [{}] of {}", span.name, kind_name(span.kind()), resource::who(exported));
    at(&place, problems)
}

fn check_operation(span: &Span, convention: Convention) -> Vec<String> {
    let attributes = Attributes(&span.attributes);
    let operation = match operation(span, convention) {
        Ok(operation) => operation,
        Err(problem) => return vec![problem],
    };
    let mut problems = Vec::new();
    if !operation.kinds.contains(&span.kind()) {
        let right: Vec<_> = operation.kinds.iter().map(|kind| kind_name(*kind)).collect();
        let right = right.join(" or ");
        problems.push(format!("its kind is {}: {} is {right}", kind_name(span.kind()), operation.what));
    }
    problems.extend(attributes.missing(operation.required, operation.what));
    problems.extend(strangers(attributes, operation));
    problems.extend(companions(attributes));
    problems.extend(secrets::check(attributes));
    problems.extend(span_name::check(span, convention));
    problems
}

/// Which column of its convention's tables a span belongs to.
fn operation(span: &Span, convention: Convention) -> Result<&'static Operation, String> {
    let attributes = Attributes(&span.attributes);
    match (convention, span.kind()) {
        (Convention::Http, SpanKind::Server) => Ok(&HTTP_SERVER),
        (Convention::Http, SpanKind::Client) => Ok(&HTTP_CLIENT),
        (Convention::Rpc, SpanKind::Server) => Ok(&RPC_SERVER),
        (Convention::Rpc, SpanKind::Client) => Ok(&RPC_CLIENT),
        (Convention::Http | Convention::Rpc, kind) => {
            Err(format!("its kind is {}: a request or call is SERVER or CLIENT", kind_name(kind)))
        }
        (Convention::Database, _) => Ok(match attributes.text("db.system.name") {
            Some("postgresql") => &POSTGRESQL,
            Some("redis") => &REDIS,
            _ => &DATABASE,
        }),
        (Convention::Messaging, kind) => match attributes.text("messaging.operation.type") {
            Some("create" | "send") => Ok(&SEND),
            Some("receive") => Ok(&RECEIVE),
            Some("process") => Ok(&PROCESS),
            Some("settle") => Ok(&SETTLE),
            Some(other) => Err(format!(
                "`messaging.operation.type` is `{other}`: it is create, send, receive, process or settle"
            )),
            // Without the type the kind says enough to go on.
            None if kind == SpanKind::Producer => Ok(&SEND),
            None if kind == SpanKind::Consumer => Ok(&PROCESS),
            None => Ok(&RECEIVE),
        },
    }
}

/// Known attributes that belong elsewhere. Unknown and old ones are told apart already.
fn strangers(attributes: Attributes<'_>, operation: &Operation) -> Vec<String> {
    let belongs = |key: &str| {
        operation.required.contains(&key)
            || operation.allowed.contains(&key)
            || EVERYWHERE.contains(&key)
            || own::is_declared(key)
            || attributes::type_of(key).is_none()
    };
    let keys = attributes.0.iter().map(|attribute| attribute.key.as_str());
    keys.filter(|key| !belongs(key))
        .map(|key| format!("`{key}` is no attribute of {}", operation.what))
        .collect()
}

/// Attributes that say something only together with another one.
fn companions(attributes: Attributes<'_>) -> Vec<String> {
    let pairs = [("server.port", "server.address"), ("network.peer.port", "network.peer.address")];
    let alone = pairs.into_iter().filter(|(key, with)| attributes.has(key) && !attributes.has(with));
    let mut problems: Vec<_> = alone.map(|(key, with)| format!("`{key}` stands without `{with}`")).collect();
    let other =
        [("http.request.method", "http.request.method_original"), ("rpc.method", "rpc.method_original")];
    for (key, original) in other {
        if attributes.text(key) == Some("_OTHER") && !attributes.has(original) {
            problems.push(format!("`{key}` is `_OTHER`: `{original}` must say what it was"));
        }
    }
    let of_one = [
        "messaging.kafka.offset",
        "messaging.kafka.message.key",
        "messaging.kafka.message.tombstone",
        "messaging.message.id",
    ];
    for key in of_one.into_iter().filter(|key| attributes.has(key)) {
        if attributes.has("messaging.batch.message_count") {
            problems.push(format!("`{key}` is one message's: a batch does not have it"));
        }
    }
    if attributes.int("db.operation.batch.size") == Some(1) {
        problems.push("`db.operation.batch.size` is 1: one operation is no batch".to_owned());
    }
    problems
}

fn deprecated_events(span: &Span) -> Option<String> {
    let exception = span.events.iter().any(|event| event.name == "exception");
    exception.then(|| {
        "it has a span event `exception`: that is deprecated, an exception is a log record in the context of \
         the span"
            .to_owned()
    })
}
