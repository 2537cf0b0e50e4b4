//! Which attributes a span has, by what its operation is: the tables of the conventions.

use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

/// One column of a table of the conventions.
#[derive(Debug)]
pub(super) struct Operation {
    /// What sentences call its spans.
    pub what: &'static str,
    /// The kinds that its spans may have.
    pub kinds: &'static [SpanKind],
    /// Must be there.
    pub required: &'static [&'static str],
    /// May be there, or must under a condition.
    pub allowed: &'static [&'static str],
}

/// Belong to spans of every kind.
pub(super) const EVERYWHERE: &[&str] =
    &["error.type", "code.file.path", "code.function.name", "code.line.number", "thread.id", "thread.name"];

#[rustfmt::skip]
pub(super) const HTTP_SERVER: Operation = Operation {
    what: "an HTTP server span",
    kinds: &[SpanKind::Server],
    required: &["http.request.method", "url.path", "url.scheme"],
    allowed: &[
        "client.address", "client.port", "http.request.body.size", "http.request.method_original",
        "http.response.body.size", "http.response.status_code", "http.route", "network.local.address",
        "network.local.port", "network.peer.address", "network.peer.port", "network.protocol.name",
        "network.protocol.version", "network.transport", "server.address", "server.port", "url.query",
        "user_agent.original", "user_agent.synthetic.type",
    ],
};

#[rustfmt::skip]
pub(super) const HTTP_CLIENT: Operation = Operation {
    what: "an HTTP client span",
    kinds: &[SpanKind::Client],
    required: &["http.request.method", "server.address", "server.port", "url.full"],
    allowed: &[
        "http.request.body.size", "http.request.method_original", "http.request.resend_count",
        "http.response.body.size", "http.response.status_code", "network.peer.address", "network.peer.port",
        "network.protocol.name", "network.protocol.version", "network.transport", "url.scheme",
        "url.template", "user_agent.original", "user_agent.synthetic.type",
    ],
};

#[rustfmt::skip]
pub(super) const RPC_SERVER: Operation = Operation {
    what: "a gRPC server span",
    kinds: &[SpanKind::Server],
    required: &["rpc.system.name", "rpc.response.status_code", "rpc.method"],
    allowed: &[
        "rpc.method_original", "server.address", "server.port", "network.peer.address", "network.peer.port",
    ],
};

#[rustfmt::skip]
pub(super) const RPC_CLIENT: Operation = Operation {
    what: "a gRPC client span",
    kinds: &[SpanKind::Client],
    required: &["rpc.system.name", "rpc.response.status_code", "rpc.method", "server.address"],
    allowed: &["rpc.method_original", "server.port", "network.peer.address", "network.peer.port"],
};

#[rustfmt::skip]
pub(super) const POSTGRESQL: Operation = Operation {
    what: "a PostgreSQL span",
    kinds: &[SpanKind::Client],
    required: &["db.system.name"],
    allowed: &[
        "db.collection.name", "db.namespace", "db.operation.batch.size", "db.operation.name",
        "db.query.summary", "db.query.text", "db.response.returned_rows", "db.response.status_code",
        "db.stored_procedure.name", "server.address", "server.port",
    ],
};

#[rustfmt::skip]
pub(super) const REDIS: Operation = Operation {
    what: "a Redis span",
    kinds: &[SpanKind::Client],
    required: &["db.system.name", "db.operation.name"],
    allowed: &[
        "db.namespace", "db.operation.batch.size", "db.query.text", "db.response.status_code",
        "db.stored_procedure.name", "network.peer.address", "network.peer.port", "server.address",
        "server.port",
    ],
};

/// Any other system: the general table.
#[rustfmt::skip]
pub(super) const DATABASE: Operation = Operation {
    what: "a database span",
    kinds: &[SpanKind::Client],
    required: &["db.system.name"],
    allowed: &[
        "db.collection.name", "db.namespace", "db.operation.batch.size", "db.operation.name",
        "db.query.summary", "db.query.text", "db.response.returned_rows", "db.response.status_code",
        "db.stored_procedure.name", "network.peer.address", "network.peer.port", "server.address",
        "server.port",
    ],
};

/// What all messaging operations have. `operation.type` has its condition fulfilled by each of them:
/// all are of a known type.
const MESSAGING: &[&str] = &["messaging.operation.name", "messaging.operation.type", "messaging.system"];

#[rustfmt::skip]
pub(super) const SEND: Operation = Operation {
    what: "a messaging producer span",
    // CLIENT when the context in the message is not its own.
    kinds: &[SpanKind::Producer, SpanKind::Client],
    required: MESSAGING,
    allowed: &[
        "messaging.batch.message_count", "messaging.client.id", "messaging.destination.name",
        "messaging.destination.partition.id", "messaging.destination.template", "messaging.kafka.cluster.id",
        "messaging.kafka.message.key", "messaging.kafka.message.tombstone", "messaging.kafka.offset",
        "messaging.message.body.size", "messaging.message.conversation_id",
        "messaging.message.envelope.size", "messaging.message.id", "network.peer.address",
        "network.peer.port", "server.address", "server.port",
    ],
};

#[rustfmt::skip]
pub(super) const RECEIVE: Operation = Operation {
    what: "a messaging receive span",
    kinds: &[SpanKind::Client],
    required: MESSAGING,
    allowed: &[
        "messaging.batch.message_count", "messaging.client.id", "messaging.consumer.group.name",
        "messaging.destination.name", "messaging.destination.partition.id",
        "messaging.destination.subscription.name", "messaging.destination.template",
        "messaging.kafka.cluster.id", "messaging.kafka.message.key", "messaging.kafka.message.tombstone",
        "messaging.kafka.offset", "messaging.message.body.size", "messaging.message.conversation_id",
        "messaging.message.envelope.size", "messaging.message.id", "network.peer.address",
        "network.peer.port", "server.address", "server.port",
    ],
};

#[rustfmt::skip]
pub(super) const PROCESS: Operation = Operation {
    what: "a messaging process span",
    kinds: &[SpanKind::Consumer],
    required: MESSAGING,
    allowed: &[
        "messaging.batch.message_count", "messaging.client.id", "messaging.consumer.group.name",
        "messaging.destination.name", "messaging.destination.partition.id",
        "messaging.destination.subscription.name", "messaging.destination.template",
        "messaging.kafka.cluster.id", "messaging.kafka.message.key", "messaging.kafka.message.tombstone",
        "messaging.kafka.offset", "messaging.message.body.size", "messaging.message.conversation_id",
        "messaging.message.envelope.size", "messaging.message.id", "server.address", "server.port",
    ],
};

#[rustfmt::skip]
pub(super) const SETTLE: Operation = Operation {
    what: "a messaging settle span",
    kinds: &[SpanKind::Client],
    required: MESSAGING,
    allowed: &[
        "messaging.batch.message_count", "messaging.client.id", "messaging.consumer.group.name",
        "messaging.destination.name", "messaging.destination.partition.id",
        "messaging.destination.subscription.name", "messaging.destination.template",
        "messaging.kafka.cluster.id", "messaging.kafka.offset", "messaging.message.conversation_id",
        "messaging.message.id", "network.peer.address", "network.peer.port", "server.address", "server.port",
    ],
};
