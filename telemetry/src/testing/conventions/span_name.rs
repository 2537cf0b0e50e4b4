//! What a span must be called: always a template of low cardinality, composed of its attributes.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind};

use super::{attributes::Attributes, spans::Convention};

/// The methods of RFC 9110, PATCH and QUERY.
const METHODS: [&str; 10] =
    ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

pub(super) fn check(span: &Span, convention: Convention) -> Vec<String> {
    let attributes = Attributes(&span.attributes);
    let mut problems = values(attributes);
    let right = match convention {
        Convention::Http => http(attributes, span.kind()),
        Convention::Rpc => rpc(attributes),
        Convention::Database => database(attributes),
        Convention::Messaging => messaging(attributes),
    };
    let path = attributes.text("url.path").filter(|path| path.len() > 1);
    let raw = path.is_some_and(|path| span.name.contains(path));
    let why = if raw { " (a raw path makes a name for each caller)" } else { "" };
    if right.is_empty() && raw {
        problems.push("its name has the raw path in it: that makes a name for each caller".to_owned());
    } else if !right.is_empty() && !right.contains(&span.name) {
        problems.push(format!("its name must be `{}`{why}", right.join("` or `")));
    }
    problems
}

fn http(attributes: Attributes<'_>, kind: SpanKind) -> Vec<String> {
    let Some(method) = attributes.text("http.request.method") else { return Vec::new() };
    let method = if method == "_OTHER" { "HTTP" } else { method };
    let template = if kind == SpanKind::Server { "http.route" } else { "url.template" };
    vec![attributes.text(template).map_or_else(|| method.to_owned(), |target| format!("{method} {target}"))]
}

fn rpc(attributes: Attributes<'_>) -> Vec<String> {
    match attributes.text("rpc.method") {
        Some("_OTHER") => vec![attributes.text("rpc.system.name").unwrap_or("grpc").to_owned()],
        Some(method) => vec![method.to_owned()],
        None => Vec::new(),
    }
}

/// The summary, else operation and target. Redis has no collection, and the number of its database must
/// not be in the name, so that its commands mostly stand alone.
fn database(attributes: Attributes<'_>) -> Vec<String> {
    if let Some(summary) = attributes.text("db.query.summary") {
        return vec![summary.to_owned()];
    }
    let system = attributes.text("db.system.name");
    let namespace = attributes.text("db.namespace").filter(|_| system != Some("redis"));
    let named = attributes.text("db.collection.name").or_else(|| attributes.text("db.stored_procedure.name"));
    let server = server(attributes);
    let target = named.or(namespace).or(server.as_deref());
    match (attributes.text("db.operation.name"), target) {
        (Some(operation), Some(target)) if named.is_some() => vec![format!("{operation} {target}")],
        (Some(operation), Some(target)) => vec![operation.to_owned(), format!("{operation} {target}")],
        (Some(operation), None) => vec![operation.to_owned()],
        (None, Some(target)) => vec![target.to_owned()],
        (None, None) => system.map(str::to_owned).into_iter().collect(),
    }
}

/// A poll that may bring messages of several topics has no destination.
fn messaging(attributes: Attributes<'_>) -> Vec<String> {
    let Some(operation) = attributes.text("messaging.operation.name") else { return Vec::new() };
    let topic = attributes
        .text("messaging.destination.template")
        .or_else(|| attributes.text("messaging.destination.name"));
    match (topic, server(attributes)) {
        (Some(topic), _) => vec![format!("{operation} {topic}")],
        (None, Some(server)) => vec![operation.to_owned(), format!("{operation} {server}")],
        (None, None) => vec![operation.to_owned()],
    }
}

fn server(attributes: Attributes<'_>) -> Option<String> {
    let address = attributes.text("server.address")?;
    Some(match attributes.int("server.port") {
        Some(port) => format!("{address}:{port}"),
        None => address.to_owned(),
    })
}

/// Values from which names are made: a bad one gives a name that only looks right.
fn values(attributes: Attributes<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let method = attributes.text("http.request.method").filter(|method| *method != "_OTHER");
    if let Some(method) = method.filter(|method| !METHODS.contains(method)) {
        problems.push(format!(
            "`http.request.method` is `{method}`: it is a known method in upper case, or `_OTHER`"
        ));
    }
    let route = attributes.text("http.route");
    if let Some(route) = route.filter(|route| route.split('/').any(is_id)) {
        problems.push(format!("`http.route` is `{route}`: a route is a template, not a raw path"));
    }
    if let Some(method) = attributes.text("rpc.method") {
        let parts: Vec<_> = method.split('/').collect();
        if method != "_OTHER" && (parts.len() != 2 || parts.iter().any(|part| part.is_empty())) {
            problems.push(format!("`rpc.method` is `{method}`: it is `package.Service/Method`, or `_OTHER`"));
        }
    }
    problems
}

/// A number or a UUID: what no route would have in it.
fn is_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let uuid = segment.len() == 36 && segment.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    uuid || (digits > 0 && digits == segment.len())
}
