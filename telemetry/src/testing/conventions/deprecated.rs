//! Names that people still write, and what they are called now.

/// Old attribute, its successor. An empty one: it was removed.
#[rustfmt::skip]
const ATTRIBUTES: &[(&str, &str)] = &[
    ("http.method", "http.request.method"),
    ("http.status_code", "http.response.status_code"),
    ("http.url", "url.full"),
    ("http.target", "url.path` and `url.query"),
    ("http.scheme", "url.scheme"),
    ("http.host", "server.address"),
    ("http.server_name", "server.address"),
    ("http.flavor", "network.protocol.version"),
    ("http.user_agent", "user_agent.original"),
    ("http.client_ip", "client.address"),
    ("http.resend_count", "http.request.resend_count"),
    ("http.request_content_length", "http.request.body.size"),
    ("http.response_content_length", "http.response.body.size"),
    ("net.peer.name", "server.address"),
    ("net.peer.port", "server.port"),
    ("net.peer.ip", "network.peer.address"),
    ("net.host.name", "server.address"),
    ("net.host.port", "server.port"),
    ("net.host.ip", "network.local.address"),
    ("net.sock.peer.addr", "network.peer.address"),
    ("net.sock.peer.port", "network.peer.port"),
    ("net.sock.host.addr", "network.local.address"),
    ("net.sock.host.port", "network.local.port"),
    ("net.protocol.name", "network.protocol.name"),
    ("net.protocol.version", "network.protocol.version"),
    ("net.transport", "network.transport"),
    ("rpc.system", "rpc.system.name"),
    ("rpc.service", "rpc.method`, which is `package.Service/Method"),
    ("rpc.grpc.status_code", "rpc.response.status_code"),
    ("db.system", "db.system.name"),
    ("db.statement", "db.query.text"),
    ("db.name", "db.namespace"),
    ("db.operation", "db.operation.name"),
    ("db.sql.table", "db.collection.name"),
    ("db.redis.database_index", "db.namespace"),
    ("db.connection_string", "server.address` and `server.port"),
    ("db.user", ""),
    ("pool.name", "db.client.connection.pool.name"),
    ("messaging.operation", "messaging.operation.type"),
    ("messaging.destination", "messaging.destination.name"),
    ("messaging.message_id", "messaging.message.id"),
    ("messaging.conversation_id", "messaging.message.conversation_id"),
    ("messaging.client_id", "messaging.client.id"),
    ("messaging.kafka.client_id", "messaging.client.id"),
    ("messaging.kafka.partition", "messaging.destination.partition.id"),
    ("messaging.kafka.destination.partition", "messaging.destination.partition.id"),
    ("messaging.kafka.consumer.group", "messaging.consumer.group.name"),
    ("messaging.kafka.consumer_group", "messaging.consumer.group.name"),
    ("messaging.kafka.message.offset", "messaging.kafka.offset"),
    ("messaging.kafka.message_key", "messaging.kafka.message.key"),
    ("messaging.kafka.tombstone", "messaging.kafka.message.tombstone"),
    ("exception.escaped", ""),
    ("code.function", "code.function.name"),
    ("code.namespace", "code.function.name"),
    ("code.filepath", "code.file.path"),
    ("code.lineno", "code.line.number"),
    ("deployment.environment", "deployment.environment.name"),
    ("process.cpu.state", "cpu.mode"),
    ("process.paging.fault_type", "system.paging.fault.type"),
];

/// Old metric, its successor.
#[rustfmt::skip]
const METRICS: &[(&str, &str)] = &[
    ("http.server.duration", "http.server.request.duration"),
    ("http.client.duration", "http.client.request.duration"),
    ("http.server.request.size", "http.server.request.body.size"),
    ("http.server.response.size", "http.server.response.body.size"),
    ("http.client.request.size", "http.client.request.body.size"),
    ("http.client.response.size", "http.client.response.body.size"),
    ("rpc.server.duration", "rpc.server.call.duration"),
    ("rpc.client.duration", "rpc.client.call.duration"),
    ("db.client.connections.usage", "db.client.connection.count"),
    ("db.client.connections.max", "db.client.connection.max"),
    ("db.client.connections.idle.max", "db.client.connection.idle.max"),
    ("db.client.connections.idle.min", "db.client.connection.idle.min"),
    ("db.client.connections.pending_requests", "db.client.connection.pending_requests"),
    ("db.client.connections.timeouts", "db.client.connection.timeouts"),
    ("db.client.connections.create_time", "db.client.connection.create_time"),
    ("db.client.connections.wait_time", "db.client.connection.wait_time"),
    ("db.client.connections.use_time", "db.client.connection.use_time"),
    ("messaging.publish.duration", "messaging.client.operation.duration"),
    ("messaging.receive.duration", "messaging.client.operation.duration"),
    ("messaging.publish.messages", "messaging.client.sent.messages"),
    ("messaging.client.published.messages", "messaging.client.sent.messages"),
    ("messaging.receive.messages", "messaging.client.consumed.messages"),
    ("messaging.process.messages", "messaging.client.consumed.messages"),
    ("process.threads", "process.thread.count"),
    ("process.open_file_descriptor.count", "process.unix.file_descriptor.count"),
];

pub(super) fn attribute(name: &str) -> Option<String> {
    sentence(ATTRIBUTES, name)
}

pub(super) fn metric(name: &str) -> Option<String> {
    sentence(METRICS, name)
}

fn sentence(table: &[(&str, &str)], name: &str) -> Option<String> {
    let (_, successor) = table.iter().find(|(old, _)| *old == name)?;
    Some(if successor.is_empty() {
        format!("`{name}` is deprecated, and nothing takes its place")
    } else {
        format!("`{name}` is deprecated: it is `{successor}` now")
    })
}
