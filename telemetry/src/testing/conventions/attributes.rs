//! The attributes that are known, and their types.

use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};

use super::{deprecated, own};

/// The types of OTLP, as far as the conventions use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    String,
    Int,
    Double,
    Boolean,
    Strings,
}

impl Type {
    fn name(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Int => "an int",
            Self::Double => "a double",
            Self::Boolean => "a boolean",
            Self::Strings => "an array of strings",
        }
    }
}

#[rustfmt::skip]
const STRINGS: &[&str] = &[
    // errors, code
    "error.type", "exception.type", "exception.message", "exception.stacktrace",
    "code.file.path", "code.function.name", "code.stacktrace", "thread.name",
    // network, HTTP
    "client.address", "server.address", "network.local.address", "network.peer.address",
    "network.protocol.name", "network.protocol.version", "network.transport", "network.type",
    "http.request.method", "http.request.method_original", "http.route", "http.connection.state",
    "url.full", "url.path", "url.query", "url.scheme", "url.template",
    "user_agent.original", "user_agent.synthetic.type",
    // RPC
    "rpc.method", "rpc.method_original", "rpc.response.status_code", "rpc.system.name",
    // databases
    "db.client.connection.pool.name", "db.client.connection.state", "db.collection.name", "db.namespace",
    "db.operation.name", "db.query.summary", "db.query.text", "db.response.status_code",
    "db.stored_procedure.name", "db.system.name",
    // messaging
    "messaging.client.id", "messaging.consumer.group.name", "messaging.destination.name",
    "messaging.destination.partition.id", "messaging.destination.subscription.name",
    "messaging.destination.template", "messaging.kafka.cluster.id", "messaging.kafka.message.key",
    "messaging.message.conversation_id", "messaging.message.id", "messaging.operation.name",
    "messaging.operation.type", "messaging.system",
    // process metrics
    "cpu.mode", "disk.io.direction", "network.io.direction", "process.context_switch.type",
    "system.paging.fault.type",
    // telemetry of telemetry
    "otel.component.name", "otel.component.type", "otel.span.parent.origin", "otel.span.sampling_result",
    // resource
    "service.name", "service.version", "service.namespace", "service.instance.id", "service.criticality",
    "deployment.environment.name", "telemetry.sdk.name", "telemetry.sdk.language", "telemetry.sdk.version",
    "telemetry.distro.name", "telemetry.distro.version",
    "process.creation.time", "process.command", "process.command_line", "process.owner", "process.title",
    "process.working_directory", "process.linux.cgroup", "process.executable.name", "process.executable.path",
    "process.executable.build_id.htlhash", "process.executable.build_id.gnu",
    "process.executable.build_id.go", "process.runtime.name", "process.runtime.version",
    "process.runtime.description",
    "host.id", "host.name", "host.type", "host.arch", "host.image.name", "host.image.id",
    "host.image.version", "os.type", "os.description", "os.name", "os.version", "os.build_id",
    "container.id", "container.name", "container.image.name", "container.runtime.name",
    "k8s.cluster.name", "k8s.cluster.uid", "k8s.namespace.name", "k8s.node.name", "k8s.node.uid",
    "k8s.pod.name", "k8s.pod.uid", "k8s.container.name", "k8s.deployment.name", "k8s.replicaset.name",
    "k8s.statefulset.name", "k8s.daemonset.name", "k8s.job.name", "k8s.cronjob.name",
    "cloud.provider", "cloud.region", "cloud.availability_zone", "cloud.account.id", "cloud.platform",
];
#[rustfmt::skip]
const INTS: &[&str] = &[
    "client.port", "server.port", "network.local.port", "network.peer.port", "code.line.number", "thread.id",
    "http.request.body.size", "http.request.resend_count", "http.response.body.size",
    "http.response.status_code", "db.operation.batch.size", "db.response.returned_rows",
    "messaging.batch.message_count", "messaging.kafka.offset", "messaging.message.body.size",
    "messaging.message.envelope.size",
    "process.pid", "process.parent_pid", "process.args_count", "k8s.container.restart_count",
];
const BOOLEANS: &[&str] =
    &["messaging.kafka.message.tombstone", "otel.metric.overflow", "process.interactive"];
const ARRAYS: &[&str] = &["host.ip", "host.mac", "process.command_args", "container.image.tags"];

/// The type that the conventions give an attribute; `None` for one that they (or this table) don't know.
pub(super) fn type_of(name: &str) -> Option<Type> {
    let tables =
        [(STRINGS, Type::String), (INTS, Type::Int), (BOOLEANS, Type::Boolean), (ARRAYS, Type::Strings)];
    tables.into_iter().find(|(table, _)| table.contains(&name)).map(|(_, of)| of)
}

/// Whether a name without a dot, a field of `tracing`, may stand among the attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fields {
    Allowed,
    Unknown,
}

/// Names and types of a list of attributes.
pub(super) fn check(attributes: &[KeyValue], fields: Fields) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, attribute) in attributes.iter().enumerate() {
        let key = attribute.key.as_str();
        if attributes[..index].iter().any(|earlier| earlier.key == key) {
            problems.push(format!("`{key}` is there twice: a key has one value"));
        }
        problems.extend(name(key, fields));
        problems.extend(wrong_type(attribute));
    }
    problems
}

fn name(key: &str, fields: Fields) -> Option<String> {
    if type_of(key).is_some() || own::is_declared(key) {
        return None;
    }
    if let Some(renamed) = deprecated::attribute(key) {
        return Some(renamed);
    }
    if key.starts_with(own::PREFIX) {
        return Some(format!("`{key}` is not declared: a name of ours stands in names.rs"));
    }
    if !key.contains('.') && fields == Fields::Allowed {
        return None;
    }
    Some(format!(
        "`{key}` is unknown: it is neither in the conventions nor declared under `{}` in names.rs",
        own::PREFIX
    ))
}

fn wrong_type(attribute: &KeyValue) -> Option<String> {
    let key = attribute.key.as_str();
    let expected = type_of(key)?;
    let actual = attribute.value.as_ref().and_then(|value| value.value.as_ref()).and_then(of_value);
    if actual == Some(expected) {
        return None;
    }
    let actual = actual.map_or("of no type that the conventions use", Type::name);
    Some(format!("`{key}` is {actual}, it must be {}", expected.name()))
}

fn of_value(value: &Value) -> Option<Type> {
    match value {
        Value::StringValue(_) => Some(Type::String),
        Value::IntValue(_) => Some(Type::Int),
        Value::DoubleValue(_) => Some(Type::Double),
        Value::BoolValue(_) => Some(Type::Boolean),
        Value::ArrayValue(array) => {
            let strings = array.values.iter().all(|value| matches!(value.value, Some(Value::StringValue(_))));
            strings.then_some(Type::Strings)
        }
        _ => None,
    }
}

/// Attributes to look things up in.
#[derive(Clone, Copy)]
pub(super) struct Attributes<'a>(pub &'a [KeyValue]);

impl<'a> Attributes<'a> {
    pub(super) fn has(self, key: &str) -> bool {
        self.0.iter().any(|attribute| attribute.key == key)
    }

    pub(super) fn value(self, key: &str) -> Option<&'a Value> {
        self.0.iter().find(|attribute| attribute.key == key)?.value.as_ref()?.value.as_ref()
    }

    pub(super) fn text(self, key: &str) -> Option<&'a str> {
        match self.value(key)? {
            Value::StringValue(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn int(self, key: &str) -> Option<i64> {
        match self.value(key)? {
            Value::IntValue(number) => Some(*number),
            _ => None,
        }
    }

    /// Which of these are not there, as sentences.
    pub(super) fn missing(self, required: &[&str], of: &str) -> Vec<String> {
        let missing = required.iter().filter(|key| !self.has(key));
        missing.map(|key| format!("`{key}` is missing: {of} must have it")).collect()
    }
}
