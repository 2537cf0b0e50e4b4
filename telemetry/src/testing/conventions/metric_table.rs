//! The metrics that are known: instrument, unit, buckets and attributes of each.

use Instrument::{Counter, Gauge, Histogram, UpDownCounter};

/// What a metric is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instrument {
    Counter,
    UpDownCounter,
    Gauge,
    Histogram,
}

type Keys = &'static [&'static str];

/// A line of the conventions' tables.
pub(super) struct Known {
    pub instrument: Instrument,
    pub unit: &'static str,
    /// Empty: the conventions advise none.
    pub buckets: &'static [f64],
    pub required: Keys,
    pub allowed: Keys,
}

// Written down once more, apart from those that the edges use: a wrong one there must not be right here.
const CALLS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
const DATABASE: &[f64] = &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];
const ROWS: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0];
const CONNECTIONS: &[f64] = &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0];
const SCHEDULER: &[f64] =
    &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];
const NO_BUCKETS: &[f64] = &[];

const NONE: Keys = &[];
const SERVER_REQUEST: Keys = &["http.request.method", "url.scheme"];
#[rustfmt::skip]
const SERVER_REQUEST_MORE: Keys = &[
    "error.type", "http.response.status_code", "http.route", "network.protocol.name",
    "network.protocol.version", "server.address", "server.port", "user_agent.synthetic.type",
];
const CLIENT_REQUEST: Keys = &["http.request.method", "server.address", "server.port"];
#[rustfmt::skip]
const CLIENT_REQUEST_MORE: Keys = &[
    "error.type", "http.response.status_code", "network.protocol.name", "network.protocol.version",
    "url.scheme", "url.template",
];
const SERVER: Keys = &["server.address", "server.port"];
const RPC: Keys = &["rpc.system.name"];
const RPC_MORE: Keys =
    &["error.type", "rpc.method", "rpc.response.status_code", "server.address", "server.port"];
const DB: Keys = &["db.system.name"];
#[rustfmt::skip]
const DB_MORE: Keys = &[
    "db.collection.name", "db.namespace", "db.operation.name", "db.response.status_code", "error.type",
    "server.port", "db.query.summary", "db.stored_procedure.name", "network.peer.address",
    "network.peer.port", "server.address", "db.query.text",
];
const POOL: Keys = &["db.client.connection.pool.name"];
const POOL_STATE: Keys = &["db.client.connection.pool.name", "db.client.connection.state"];
const MESSAGING: Keys = &["messaging.operation.name", "messaging.system"];
#[rustfmt::skip]
const SENT_MORE: Keys = &[
    "error.type", "messaging.destination.name", "messaging.destination.template", "server.address",
    "messaging.destination.partition.id", "server.port",
];
#[rustfmt::skip]
const CONSUMED_MORE: Keys = &[
    "error.type", "messaging.consumer.group.name", "messaging.destination.name",
    "messaging.destination.subscription.name", "messaging.destination.template", "server.address",
    "messaging.destination.partition.id", "server.port",
];
#[rustfmt::skip]
const OPERATION_MORE: Keys = &[
    "error.type", "messaging.consumer.group.name", "messaging.destination.name",
    "messaging.destination.subscription.name", "messaging.destination.template",
    "messaging.operation.type", "server.address", "messaging.destination.partition.id", "server.port",
];
const LAG: Keys = &["messaging.destination.name", "messaging.destination.partition.id", "messaging.system"];
const COMPONENT: Keys = &["otel.component.name", "otel.component.type"];
const PROCESSED: Keys = &["otel.component.name", "otel.component.type", "error.type"];
#[rustfmt::skip]
const EXPORT: Keys = &[
    "otel.component.name", "otel.component.type", "error.type", "http.response.status_code",
    "rpc.response.status_code", "server.address", "server.port",
];

type Line = (&'static str, Instrument, &'static str, &'static [f64], Keys, Keys);

#[rustfmt::skip]
const METRICS: &[Line] = &[
    ("http.server.request.duration", Histogram, "s", CALLS, SERVER_REQUEST, SERVER_REQUEST_MORE),
    ("http.server.active_requests", UpDownCounter, "{request}", NO_BUCKETS, SERVER_REQUEST, SERVER),
    ("http.server.request.body.size", Histogram, "By", NO_BUCKETS, SERVER_REQUEST, SERVER_REQUEST_MORE),
    ("http.server.response.body.size", Histogram, "By", NO_BUCKETS, SERVER_REQUEST, SERVER_REQUEST_MORE),
    ("http.client.request.duration", Histogram, "s", CALLS, CLIENT_REQUEST, CLIENT_REQUEST_MORE),
    ("http.client.request.body.size", Histogram, "By", NO_BUCKETS, CLIENT_REQUEST, CLIENT_REQUEST_MORE),
    ("http.client.response.body.size", Histogram, "By", NO_BUCKETS, CLIENT_REQUEST, CLIENT_REQUEST_MORE),
    ("http.client.active_requests", UpDownCounter, "{request}", NO_BUCKETS, SERVER,
        &["url.template", "http.request.method", "url.scheme"]),
    ("http.client.open_connections", UpDownCounter, "{connection}", NO_BUCKETS,
        &["http.connection.state", "server.address", "server.port"],
        &["network.protocol.version", "network.peer.address", "url.scheme"]),
    ("http.client.connection.duration", Histogram, "s", CONNECTIONS, SERVER,
        &["network.protocol.version", "network.peer.address", "url.scheme"]),
    ("rpc.server.call.duration", Histogram, "s", CALLS, RPC, RPC_MORE),
    ("rpc.client.call.duration", Histogram, "s", CALLS, RPC, RPC_MORE),
    ("db.client.operation.duration", Histogram, "s", DATABASE, DB, DB_MORE),
    ("db.client.response.returned_rows", Histogram, "{row}", ROWS, DB, DB_MORE),
    ("db.client.connection.count", UpDownCounter, "{connection}", NO_BUCKETS, POOL_STATE, NONE),
    ("db.client.connection.max", UpDownCounter, "{connection}", NO_BUCKETS, POOL, NONE),
    ("db.client.connection.idle.max", UpDownCounter, "{connection}", NO_BUCKETS, POOL, NONE),
    ("db.client.connection.idle.min", UpDownCounter, "{connection}", NO_BUCKETS, POOL, NONE),
    ("db.client.connection.pending_requests", UpDownCounter, "{request}", NO_BUCKETS, POOL, NONE),
    ("db.client.connection.timeouts", Counter, "{timeout}", NO_BUCKETS, POOL, NONE),
    ("db.client.connection.wait_time", Histogram, "s", NO_BUCKETS, POOL, NONE),
    ("db.client.connection.use_time", Histogram, "s", NO_BUCKETS, POOL, NONE),
    ("db.client.connection.create_time", Histogram, "s", NO_BUCKETS, POOL, NONE),
    ("messaging.client.operation.duration", Histogram, "s", CALLS, MESSAGING, OPERATION_MORE),
    ("messaging.process.duration", Histogram, "s", CALLS, MESSAGING, CONSUMED_MORE),
    ("messaging.client.sent.messages", Counter, "{message}", NO_BUCKETS, MESSAGING, SENT_MORE),
    ("messaging.client.consumed.messages", Counter, "{message}", NO_BUCKETS, MESSAGING, CONSUMED_MORE),
    ("process.cpu.time", Counter, "s", NO_BUCKETS, &["cpu.mode"], NONE),
    ("process.cpu.utilization", Gauge, "1", NO_BUCKETS, &["cpu.mode"], NONE),
    ("process.memory.usage", UpDownCounter, "By", NO_BUCKETS, NONE, NONE),
    ("process.memory.virtual", UpDownCounter, "By", NO_BUCKETS, NONE, NONE),
    ("process.disk.io", Counter, "By", NO_BUCKETS, &["disk.io.direction"], NONE),
    ("process.network.io", Counter, "By", NO_BUCKETS, &["network.io.direction"], NONE),
    ("process.thread.count", UpDownCounter, "{thread}", NO_BUCKETS, NONE, NONE),
    ("process.unix.file_descriptor.count", UpDownCounter, "{file_descriptor}", NO_BUCKETS, NONE, NONE),
    ("process.context_switches", Counter, "{context_switch}", NO_BUCKETS,
        &["process.context_switch.type"], NONE),
    ("process.paging.faults", Counter, "{fault}", NO_BUCKETS, NONE, &["system.paging.fault.type"]),
    ("process.uptime", Gauge, "s", NO_BUCKETS, NONE, NONE),
    ("otel.sdk.span.live", UpDownCounter, "{span}", NO_BUCKETS, NONE, &["otel.span.sampling_result"]),
    ("otel.sdk.span.started", Counter, "{span}", NO_BUCKETS, NONE,
        &["otel.span.sampling_result", "otel.span.parent.origin"]),
    ("otel.sdk.log.created", Counter, "{log_record}", NO_BUCKETS, NONE, NONE),
    ("otel.sdk.processor.span.queue.size", UpDownCounter, "{span}", NO_BUCKETS, NONE, COMPONENT),
    ("otel.sdk.processor.span.queue.capacity", UpDownCounter, "{span}", NO_BUCKETS, NONE, COMPONENT),
    ("otel.sdk.processor.span.processed", Counter, "{span}", NO_BUCKETS, NONE, PROCESSED),
    ("otel.sdk.processor.log.queue.size", UpDownCounter, "{log_record}", NO_BUCKETS, NONE, COMPONENT),
    ("otel.sdk.processor.log.queue.capacity", UpDownCounter, "{log_record}", NO_BUCKETS, NONE, COMPONENT),
    ("otel.sdk.processor.log.processed", Counter, "{log_record}", NO_BUCKETS, NONE, PROCESSED),
    ("otel.sdk.exporter.span.inflight", UpDownCounter, "{span}", NO_BUCKETS, NONE, EXPORT),
    ("otel.sdk.exporter.span.exported", Counter, "{span}", NO_BUCKETS, NONE, EXPORT),
    ("otel.sdk.exporter.log.inflight", UpDownCounter, "{log_record}", NO_BUCKETS, NONE, EXPORT),
    ("otel.sdk.exporter.log.exported", Counter, "{log_record}", NO_BUCKETS, NONE, EXPORT),
    ("otel.sdk.exporter.metric_data_point.inflight", UpDownCounter, "{data_point}", NO_BUCKETS, NONE, EXPORT),
    ("otel.sdk.exporter.metric_data_point.exported", Counter, "{data_point}", NO_BUCKETS, NONE, EXPORT),
    ("otel.sdk.exporter.operation.duration", Histogram, "s", NO_BUCKETS, NONE, EXPORT),
    ("otel.sdk.metric_reader.collection.duration", Histogram, "s", NO_BUCKETS, NONE, PROCESSED),
    // Ours.
    ("throughline.metric.callback.panics", Counter, "{panic}", NO_BUCKETS, &["throughline.metric.name"], NONE),
    ("throughline.tokio.workers", UpDownCounter, "{worker}", NO_BUCKETS, NONE, NONE),
    ("throughline.tokio.tasks.alive", UpDownCounter, "{task}", NO_BUCKETS, NONE, NONE),
    ("throughline.tokio.global_queue.depth", UpDownCounter, "{task}", NO_BUCKETS, NONE, NONE),
    ("throughline.tokio.worker.busy_time", Counter, "s", NO_BUCKETS,
        &["throughline.tokio.worker.index"], NONE),
    ("throughline.tokio.scheduler.delay", Histogram, "s", SCHEDULER, NONE, NONE),
    ("throughline.kafka.consumer.lag", Gauge, "{message}", NO_BUCKETS, LAG, &["messaging.consumer.group.name"]),
    ("throughline.dead_letters", Counter, "{message}", NO_BUCKETS,
        &["error.type", "messaging.destination.name"], NONE),
    ("throughline.completion.duration", Histogram, "s", CALLS,
        &["throughline.completion.work", "throughline.completion.outcome"], NONE),
    ("throughline.outbox.rows", Gauge, "{row}", NO_BUCKETS, &["db.collection.name"], NONE),
    ("throughline.outbox.oldest_row.age", Gauge, "s", NO_BUCKETS, &["db.collection.name"], NONE),
];

pub(super) fn find(name: &str) -> Option<Known> {
    let line = METRICS.iter().find(|line| line.0 == name)?;
    let &(_, instrument, unit, buckets, required, allowed) = line;
    Some(Known { instrument, unit, buckets, required, allowed })
}
