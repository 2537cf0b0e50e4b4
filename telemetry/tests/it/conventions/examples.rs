//! One right span, metric and record of each kind, to plant mistakes in.

use telemetry::testing::{
    Received,
    otlp::{
        collector::{
            logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
            trace::v1::ExportTraceServiceRequest,
        },
        common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
        logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
        metrics::v1::{Metric, ResourceMetrics, ScopeMetrics},
        resource::v1::Resource,
        trace::v1::{ResourceSpans, ScopeSpans, Span, span::SpanKind},
    },
};

pub const SCHEMA: &str = "https://opentelemetry.io/schemas/1.44.0";

pub fn key(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

pub fn text(name: &str, value: &str) -> KeyValue {
    key(name, Value::StringValue(value.to_owned()))
}

pub fn int(name: &str, value: i64) -> KeyValue {
    key(name, Value::IntValue(value))
}

pub fn resource() -> Resource {
    let attributes = vec![
        text("service.name", "shop"),
        text("service.instance.id", "6f2b1c1e-8f4e-4a53-9a51-1f0d0a5d5a0e"),
        text("telemetry.sdk.name", "opentelemetry"),
        text("telemetry.sdk.language", "rust"),
        text("telemetry.sdk.version", "0.33.1"),
        int("process.pid", 42),
        // An operator's own.
        text("team", "checkout"),
    ];
    Resource { attributes, ..Resource::default() }
}

pub fn scope(name: &str) -> InstrumentationScope {
    InstrumentationScope {
        name: name.to_owned(),
        version: "1.0".to_owned(),
        ..InstrumentationScope::default()
    }
}

pub fn spans(spans: Vec<Span>) -> Received {
    let scope =
        ScopeSpans { scope: Some(scope("throughline.http.server")), schema_url: SCHEMA.to_owned(), spans };
    let resource_spans = vec![ResourceSpans {
        resource: Some(resource()),
        scope_spans: vec![scope],
        schema_url: SCHEMA.to_owned(),
    }];
    Received { traces: vec![ExportTraceServiceRequest { resource_spans }], ..Received::default() }
}

pub fn metrics(metrics: Vec<Metric>) -> Received {
    let scope = ScopeMetrics {
        scope: Some(scope("throughline.http.server")),
        schema_url: SCHEMA.to_owned(),
        metrics,
    };
    let resource_metrics = vec![ResourceMetrics {
        resource: Some(resource()),
        scope_metrics: vec![scope],
        schema_url: SCHEMA.to_owned(),
    }];
    Received { metrics: vec![ExportMetricsServiceRequest { resource_metrics }], ..Received::default() }
}

pub fn records(log_records: Vec<LogRecord>) -> Received {
    let scope = ScopeLogs { scope: Some(scope("shop::orders")), log_records, ..ScopeLogs::default() };
    let resource_logs = vec![ResourceLogs {
        resource: Some(resource()),
        scope_logs: vec![scope],
        schema_url: SCHEMA.to_owned(),
    }];
    Received { logs: vec![ExportLogsServiceRequest { resource_logs }], ..Received::default() }
}

fn span(name: &str, kind: SpanKind, attributes: Vec<KeyValue>) -> Span {
    Span { name: name.to_owned(), kind: kind.into(), attributes, ..Span::default() }
}

pub fn http_server() -> Span {
    let attributes = vec![
        text("http.request.method", "GET"),
        text("http.route", "/orders/{id}"),
        text("url.path", "/orders/42"),
        text("url.scheme", "http"),
        int("http.response.status_code", 200),
        text("server.address", "127.0.0.1"),
        int("server.port", 8080),
    ];
    span("GET /orders/{id}", SpanKind::Server, attributes)
}

pub fn http_client() -> Span {
    let attributes = vec![
        text("http.request.method", "GET"),
        text("url.full", "http://127.0.0.1:8080/orders/42"),
        text("server.address", "127.0.0.1"),
        int("server.port", 8080),
        int("http.response.status_code", 200),
    ];
    span("GET", SpanKind::Client, attributes)
}

pub fn rpc(kind: SpanKind) -> Span {
    let attributes = vec![
        text("rpc.system.name", "grpc"),
        text("rpc.method", "shop.v1.Orders/Place"),
        text("rpc.response.status_code", "OK"),
        text("server.address", "orders"),
        int("server.port", 50052),
    ];
    span("shop.v1.Orders/Place", kind, attributes)
}

pub fn postgresql() -> Span {
    let attributes = vec![
        text("db.system.name", "postgresql"),
        text("db.query.summary", "SELECT orders"),
        text("db.query.text", "SELECT status FROM orders WHERE id = $1"),
        text("db.namespace", "shop"),
        text("server.address", "127.0.0.1"),
    ];
    span("SELECT orders", SpanKind::Client, attributes)
}

pub fn redis() -> Span {
    let attributes = vec![
        text("db.system.name", "redis"),
        text("db.operation.name", "GET"),
        text("db.namespace", "0"),
        text("server.address", "127.0.0.1"),
    ];
    span("GET", SpanKind::Client, attributes)
}

/// An operation of a Kafka client: `send` of type `send`, `poll` of type `receive` and so on.
pub fn kafka(name: &str, operation_type: &str, kind: SpanKind) -> Span {
    let attributes = vec![
        text("messaging.system", "kafka"),
        text("messaging.operation.name", name),
        text("messaging.operation.type", operation_type),
        text("messaging.destination.name", "orders"),
        text("messaging.destination.partition.id", "2"),
    ];
    span(&format!("{name} orders"), kind, attributes)
}
