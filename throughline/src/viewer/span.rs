//! A span as it came in, with who sent it.

use std::sync::Arc;

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};

/// One span of one service.
#[derive(Debug, Clone)]
pub struct RecordedSpan {
    /// The process that made it.
    pub resource: Arc<Resource>,
    /// The library that made it.
    pub scope: Arc<InstrumentationScope>,
    /// Everything else, as on the wire.
    pub span: Span,
}

/// The role of a span in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the specification's own names")]
pub enum Kind {
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

impl Kind {
    /// As Jaeger writes it, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// How an operation ended, as far as its span says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the specification's own names")]
pub enum Status {
    Unset,
    Ok,
    Error,
}

impl RecordedSpan {
    /// `service.name` of the process; the specification's default where it gave none.
    pub fn service(&self) -> &str {
        service_of(&self.resource)
    }

    /// What tells two replicas of a service apart.
    pub fn instance(&self) -> &str {
        text(&self.resource.attributes, "service.instance.id").unwrap_or_default()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.span.name
    }

    /// Its kind; unspecified counts as internal, as the specification says.
    pub fn kind(&self) -> Kind {
        match self.span.kind() {
            SpanKind::Server => Kind::Server,
            SpanKind::Client => Kind::Client,
            SpanKind::Producer => Kind::Producer,
            SpanKind::Consumer => Kind::Consumer,
            SpanKind::Internal | SpanKind::Unspecified => Kind::Internal,
        }
    }

    /// 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        hex(&self.span.trace_id)
    }

    /// 16 hexadecimal digits.
    pub fn span_id(&self) -> String {
        hex(&self.span.span_id)
    }

    /// The parent's span id, unless this is the root of its trace.
    pub fn parent_span_id(&self) -> Option<String> {
        let parent = &self.span.parent_span_id;
        parent.iter().any(|byte| *byte != 0).then(|| hex(parent))
    }

    /// Trace id and span id of each span that this one is linked to.
    pub fn links(&self) -> Vec<(String, String)> {
        self.span.links.iter().map(|link| (hex(&link.trace_id), hex(&link.span_id))).collect()
    }

    /// How it ended.
    pub fn status(&self) -> Status {
        match self.span.status.as_ref().map(opentelemetry_proto::tonic::trace::v1::Status::code) {
            Some(StatusCode::Ok) => Status::Ok,
            Some(StatusCode::Error) => Status::Error,
            Some(StatusCode::Unset) | None => Status::Unset,
        }
    }

    /// One of its attributes.
    pub fn attribute(&self, key: &str) -> Option<&Value> {
        value(&self.span.attributes, key)
    }

    /// One of its attributes that is a string.
    pub fn text(&self, key: &str) -> Option<&str> {
        text(&self.span.attributes, key)
    }

    /// One of the process's attributes.
    pub fn resource_attribute(&self, key: &str) -> Option<&Value> {
        value(&self.resource.attributes, key)
    }

    /// Since 1970, in nanoseconds.
    pub fn start(&self) -> u64 {
        self.span.start_time_unix_nano
    }

    /// How long it took, in nanoseconds. Clocks may jump back; time does not.
    pub fn duration(&self) -> u64 {
        self.span.end_time_unix_nano.saturating_sub(self.span.start_time_unix_nano)
    }
}

/// `service.name` of a process; the specification's default where it gave none.
pub(super) fn service_of(resource: &Resource) -> &str {
    text(&resource.attributes, "service.name").unwrap_or("unknown_service")
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Value> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    found.value.as_ref()?.value.as_ref()
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    match value(attributes, key) {
        Some(Value::StringValue(text)) => Some(text),
        _ => None,
    }
}

/// As trace context writes ids.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

/// A value as text: what a person would call it.
pub(super) fn display(value: &AnyValue) -> String {
    match &value.value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::BoolValue(yes)) => yes.to_string(),
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::DoubleValue(number)) => number.to_string(),
        Some(Value::BytesValue(bytes)) => hex(bytes),
        Some(Value::ArrayValue(array)) => {
            format!("[{}]", array.values.iter().map(display).collect::<Vec<_>>().join(","))
        }
        Some(Value::KvlistValue(list)) => {
            let pairs = list
                .values
                .iter()
                .map(|pair| format!("{}={}", pair.key, pair.value.as_ref().map(display).unwrap_or_default()));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
        _ => String::new(),
    }
}
