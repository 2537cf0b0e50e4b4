//! Every name that this crate emits, pinned to semantic conventions 1.44. The crate
//! `opentelemetry-semantic-conventions` 0.33 is generated from 1.42, and renames would arrive unasked.

/// Tells a backend which version of the names this is, so that it can translate old ones.
pub(crate) const SCHEMA_URL: &str = "https://opentelemetry.io/schemas/1.44.0";

// Errors and network
pub(crate) const ERROR_TYPE: &str = "error.type";
pub(crate) const OTHER: &str = "_OTHER";
pub(crate) const SERVER_ADDRESS: &str = "server.address";
pub(crate) const SERVER_PORT: &str = "server.port";
pub(crate) const CLIENT_ADDRESS: &str = "client.address";
pub(crate) const NETWORK_PEER_ADDRESS: &str = "network.peer.address";
pub(crate) const NETWORK_PEER_PORT: &str = "network.peer.port";
pub(crate) const NETWORK_PROTOCOL_VERSION: &str = "network.protocol.version";

// HTTP (stable)
pub(crate) const HTTP_REQUEST_METHOD: &str = "http.request.method";
pub(crate) const HTTP_REQUEST_METHOD_ORIGINAL: &str = "http.request.method_original";
pub(crate) const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";
pub(crate) const HTTP_ROUTE: &str = "http.route";
pub(crate) const URL_PATH: &str = "url.path";
pub(crate) const URL_QUERY: &str = "url.query";
pub(crate) const URL_SCHEME: &str = "url.scheme";
pub(crate) const USER_AGENT_ORIGINAL: &str = "user_agent.original";
pub(crate) const HTTP_SERVER_REQUEST_DURATION: &str = "http.server.request.duration";
pub(crate) const HTTP_SERVER_ACTIVE_REQUESTS: &str = "http.server.active_requests";
pub(crate) const HTTP_SERVER_REQUEST_BODY_SIZE: &str = "http.server.request.body.size";
pub(crate) const HTTP_SERVER_RESPONSE_BODY_SIZE: &str = "http.server.response.body.size";
pub(crate) const HTTP_REQUEST_RESEND_COUNT: &str = "http.request.resend_count";
pub(crate) const HTTP_CLIENT_REQUEST_DURATION: &str = "http.client.request.duration";
pub(crate) const URL_FULL: &str = "url.full";
pub(crate) const URL_TEMPLATE: &str = "url.template";

// gRPC (release candidate)
pub(crate) const RPC_SYSTEM_NAME: &str = "rpc.system.name";
pub(crate) const RPC_METHOD: &str = "rpc.method";
pub(crate) const RPC_METHOD_ORIGINAL: &str = "rpc.method_original";
pub(crate) const RPC_RESPONSE_STATUS_CODE: &str = "rpc.response.status_code";
pub(crate) const RPC_SERVER_CALL_DURATION: &str = "rpc.server.call.duration";
pub(crate) const RPC_CLIENT_CALL_DURATION: &str = "rpc.client.call.duration";

// Databases (stable; Redis: development)
pub(crate) const DB_SYSTEM_NAME: &str = "db.system.name";
pub(crate) const DB_NAMESPACE: &str = "db.namespace";
pub(crate) const DB_COLLECTION_NAME: &str = "db.collection.name";
pub(crate) const DB_OPERATION_NAME: &str = "db.operation.name";
pub(crate) const DB_OPERATION_BATCH_SIZE: &str = "db.operation.batch.size";
pub(crate) const DB_QUERY_SUMMARY: &str = "db.query.summary";
pub(crate) const DB_QUERY_TEXT: &str = "db.query.text";
pub(crate) const DB_RESPONSE_STATUS_CODE: &str = "db.response.status_code";
pub(crate) const DB_CLIENT_OPERATION_DURATION: &str = "db.client.operation.duration";
pub(crate) const DB_CLIENT_CONNECTION_POOL_NAME: &str = "db.client.connection.pool.name";
pub(crate) const DB_CLIENT_CONNECTION_STATE: &str = "db.client.connection.state";
pub(crate) const DB_CLIENT_CONNECTION_COUNT: &str = "db.client.connection.count";
pub(crate) const DB_CLIENT_CONNECTION_MAX: &str = "db.client.connection.max";
pub(crate) const DB_CLIENT_CONNECTION_IDLE_MIN: &str = "db.client.connection.idle.min";
pub(crate) const DB_CLIENT_CONNECTION_PENDING_REQUESTS: &str = "db.client.connection.pending_requests";
pub(crate) const DB_CLIENT_CONNECTION_TIMEOUTS: &str = "db.client.connection.timeouts";
pub(crate) const DB_CLIENT_CONNECTION_WAIT_TIME: &str = "db.client.connection.wait_time";
pub(crate) const DB_CLIENT_CONNECTION_USE_TIME: &str = "db.client.connection.use_time";

// Messaging (development)
pub(crate) const MESSAGING_SYSTEM: &str = "messaging.system";
pub(crate) const MESSAGING_OPERATION_NAME: &str = "messaging.operation.name";
pub(crate) const MESSAGING_OPERATION_TYPE: &str = "messaging.operation.type";
pub(crate) const MESSAGING_DESTINATION_NAME: &str = "messaging.destination.name";
pub(crate) const MESSAGING_DESTINATION_PARTITION_ID: &str = "messaging.destination.partition.id";
pub(crate) const MESSAGING_CONSUMER_GROUP_NAME: &str = "messaging.consumer.group.name";
pub(crate) const MESSAGING_KAFKA_OFFSET: &str = "messaging.kafka.offset";
pub(crate) const MESSAGING_KAFKA_MESSAGE_TOMBSTONE: &str = "messaging.kafka.message.tombstone";
pub(crate) const MESSAGING_CLIENT_OPERATION_DURATION: &str = "messaging.client.operation.duration";
pub(crate) const MESSAGING_CLIENT_SENT_MESSAGES: &str = "messaging.client.sent.messages";
pub(crate) const MESSAGING_CLIENT_CONSUMED_MESSAGES: &str = "messaging.client.consumed.messages";
pub(crate) const MESSAGING_PROCESS_DURATION: &str = "messaging.process.duration";

// Exceptions (attributes stable, names of the events in development)
pub(crate) const EXCEPTION_TYPE: &str = "exception.type";
pub(crate) const EXCEPTION_MESSAGE: &str = "exception.message";
pub(crate) const EXCEPTION_STACKTRACE: &str = "exception.stacktrace";
pub(crate) const EXCEPTION: &str = "exception";
pub(crate) const HTTP_SERVER_REQUEST_EXCEPTION: &str = "http.server.request.exception";
pub(crate) const HTTP_CLIENT_REQUEST_EXCEPTION: &str = "http.client.request.exception";
pub(crate) const RPC_SERVER_CALL_EXCEPTION: &str = "rpc.server.call.exception";
pub(crate) const RPC_CLIENT_CALL_EXCEPTION: &str = "rpc.client.call.exception";
pub(crate) const DB_CLIENT_OPERATION_EXCEPTION: &str = "db.client.operation.exception";
pub(crate) const MESSAGING_CREATE_EXCEPTION: &str = "messaging.create.exception";
pub(crate) const MESSAGING_SEND_EXCEPTION: &str = "messaging.send.exception";
pub(crate) const MESSAGING_RECEIVE_EXCEPTION: &str = "messaging.receive.exception";
pub(crate) const MESSAGING_PROCESS_EXCEPTION: &str = "messaging.process.exception";
pub(crate) const MESSAGING_SETTLE_EXCEPTION: &str = "messaging.settle.exception";

// Resource
pub(crate) const SERVICE_NAME: &str = "service.name";
pub(crate) const SERVICE_VERSION: &str = "service.version";
pub(crate) const SERVICE_NAMESPACE: &str = "service.namespace";
pub(crate) const SERVICE_INSTANCE_ID: &str = "service.instance.id";
pub(crate) const HOST_NAME: &str = "host.name";
pub(crate) const HOST_ID: &str = "host.id";
pub(crate) const HOST_ARCH: &str = "host.arch";
pub(crate) const OS_TYPE: &str = "os.type";
pub(crate) const OS_NAME: &str = "os.name";
pub(crate) const OS_VERSION: &str = "os.version";
pub(crate) const OS_DESCRIPTION: &str = "os.description";
pub(crate) const CONTAINER_ID: &str = "container.id";
pub(crate) const K8S_CLUSTER_NAME: &str = "k8s.cluster.name";
pub(crate) const K8S_NAMESPACE_NAME: &str = "k8s.namespace.name";
pub(crate) const K8S_NODE_NAME: &str = "k8s.node.name";
pub(crate) const K8S_POD_NAME: &str = "k8s.pod.name";
pub(crate) const K8S_POD_UID: &str = "k8s.pod.uid";
pub(crate) const K8S_CONTAINER_NAME: &str = "k8s.container.name";
pub(crate) const K8S_DEPLOYMENT_NAME: &str = "k8s.deployment.name";
pub(crate) const K8S_STATEFULSET_NAME: &str = "k8s.statefulset.name";
pub(crate) const K8S_DAEMONSET_NAME: &str = "k8s.daemonset.name";
pub(crate) const K8S_CRONJOB_NAME: &str = "k8s.cronjob.name";
pub(crate) const PROCESS_PID: &str = "process.pid";
pub(crate) const PROCESS_PARENT_PID: &str = "process.parent_pid";
pub(crate) const PROCESS_CREATION_TIME: &str = "process.creation.time";
pub(crate) const PROCESS_EXECUTABLE_NAME: &str = "process.executable.name";
pub(crate) const PROCESS_EXECUTABLE_PATH: &str = "process.executable.path";
pub(crate) const PROCESS_RUNTIME_NAME: &str = "process.runtime.name";

// Our own. The conventions have no word for them; the prefix keeps them apart.
/// Boolean on a span: the caller went away (or the future was dropped) before the operation ended.
pub(crate) const CANCELLED: &str = "throughline.cancelled";
/// Rows that a service removed because nobody needs them any more.
pub(crate) const RETENTION_DELETED_ROWS: &str = "throughline.retention.deleted_rows";
/// Double on a database span, seconds: how long it waited for a connection of its pool.
pub(crate) const CONNECTION_WAIT_TIME: &str = "throughline.db.connection.wait_time";
/// Lookups in a cache, {lookup}, by name and result.
pub(crate) const CACHE_LOOKUPS: &str = "throughline.cache.lookups";
/// What is cached, low cardinality.
pub(crate) const CACHE_NAME: &str = "throughline.cache.name";
/// `hit`, `miss` or `error`.
pub(crate) const CACHE_RESULT: &str = "throughline.cache.result";

// Instrumentation scopes, one per hop, so that a backend can tell who recorded what.
pub(crate) const SCOPE_RETENTION: &str = "throughline.retention";
pub(crate) const SCOPE_INTERNAL: &str = "throughline.internal";
pub(crate) const SCOPE_CACHE: &str = "throughline.cache";
pub(crate) const SCOPE_HTTP_CLIENT: &str = "throughline.http.client";
pub(crate) const SCOPE_HTTP_SERVER: &str = "throughline.http.server";
pub(crate) const SCOPE_GRPC_SERVER: &str = "throughline.grpc.server";
pub(crate) const SCOPE_GRPC_CLIENT: &str = "throughline.grpc.client";
pub(crate) const SCOPE_POSTGRES: &str = "throughline.postgresql";
pub(crate) const SCOPE_REDIS: &str = "throughline.redis";
pub(crate) const SCOPE_KAFKA_PRODUCER: &str = "throughline.kafka.producer";
pub(crate) const SCOPE_KAFKA_CONSUMER: &str = "throughline.kafka.consumer";

/// Bucket boundaries in seconds for HTTP, gRPC and messaging durations. Without them the SDK would
/// use its default ones, made for milliseconds, and every request would fall into the first.
pub(crate) const CALL_BUCKETS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// Bucket boundaries in seconds for database operations.
pub(crate) const DATABASE_BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
/// Bucket boundaries in bytes for HTTP bodies: powers of four. The conventions advise none, and the
/// SDK's default ones end at 10 kB.
pub(crate) const BODY_SIZE_BUCKETS: [f64; 12] = [
    0.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];
