//! Instrumentation scopes, one for each hop, so that a backend can tell who recorded what.

pub(crate) const SCOPE_RETENTION: &str = "throughline.retention";
pub(crate) const SCOPE_INTERNAL: &str = "throughline.internal";
pub(crate) const SCOPE_COMPLETIONS: &str = "throughline.completions";
pub(crate) const SCOPE_CACHE: &str = "throughline.cache";
pub(crate) const SCOPE_OUTBOX: &str = "throughline.outbox";
pub(crate) const SCOPE_DEAD_LETTERS: &str = "throughline.dead_letters";
pub(crate) const SCOPE_HTTP_CLIENT: &str = "throughline.http.client";
pub(crate) const SCOPE_HTTP_SERVER: &str = "throughline.http.server";
pub(crate) const SCOPE_GRPC_SERVER: &str = "throughline.grpc.server";
pub(crate) const SCOPE_GRPC_CLIENT: &str = "throughline.grpc.client";
pub(crate) const SCOPE_POSTGRES: &str = "throughline.postgresql";
pub(crate) const SCOPE_REDIS: &str = "throughline.redis";
pub(crate) const SCOPE_KAFKA_PRODUCER: &str = "throughline.kafka.producer";
pub(crate) const SCOPE_KAFKA_CONSUMER: &str = "throughline.kafka.consumer";
/// What this crate says of itself.
pub(crate) const SCOPE_HEALTH: &str = "throughline.telemetry";
pub(crate) const SCOPE_METRICS: &str = "throughline.metrics";
pub(crate) const SCOPE_PROCESS: &str = "throughline.process";
pub(crate) const SCOPE_TOKIO: &str = "throughline.tokio";
