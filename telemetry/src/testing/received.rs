//! What a process exported, as it came over the wire.

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    logs::v1::LogRecord,
    metrics::v1::{Exemplar, Metric},
    resource::v1::Resource,
    trace::v1::Span,
};

use super::{points::points, tree};

/// Batches in the order in which they came.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// Batches of spans.
    pub traces: Vec<ExportTraceServiceRequest>,
    /// Batches of log records.
    pub logs: Vec<ExportLogsServiceRequest>,
    /// Collections of metrics.
    pub metrics: Vec<ExportMetricsServiceRequest>,
    /// The headers (gRPC: the metadata) of each request of all signals, whatever became of it: an
    /// exporter that tries again is seen here.
    pub headers: Vec<Headers>,
}

/// The headers of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    pub(super) fn of(headers: &axum::http::HeaderMap) -> Self {
        let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Self(headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect())
    }

    /// The first value of a header, whose name is in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A span, a log record or a metric, with who exported it.
#[derive(Debug, Clone, Copy)]
pub struct Exported<'a, T> {
    /// The process.
    pub resource: Option<&'a Resource>,
    /// The schema of the resource's names; empty when it was not told.
    pub resource_schema_url: &'a str,
    /// The hop, or for logs the `tracing` target.
    pub scope: Option<&'a InstrumentationScope>,
    /// The schema of the names below; empty when it was not told.
    pub schema_url: &'a str,
    /// What was exported.
    pub item: &'a T,
}

/// The three signals have one shape, in messages of three types.
macro_rules! exported {
    ($batches:expr, $resources:ident, $scopes:ident, $items:ident) => {
        $batches.iter().flat_map(|batch| &batch.$resources).flat_map(|sender| {
            sender.$scopes.iter().flat_map(move |scope| {
                scope.$items.iter().map(move |item| Exported {
                    resource: sender.resource.as_ref(),
                    resource_schema_url: &sender.schema_url,
                    scope: scope.scope.as_ref(),
                    schema_url: &scope.schema_url,
                    item,
                })
            })
        })
    };
}

impl Received {
    /// All spans, each with resource and scope.
    pub fn exported_spans(&self) -> impl Iterator<Item = Exported<'_, Span>> {
        exported!(self.traces, resource_spans, scope_spans, spans)
    }

    /// All log records, each with resource and scope.
    pub fn exported_records(&self) -> impl Iterator<Item = Exported<'_, LogRecord>> {
        exported!(self.logs, resource_logs, scope_logs, log_records)
    }

    /// All metrics of all collections, each with resource and scope.
    pub fn exported_metrics(&self) -> impl Iterator<Item = Exported<'_, Metric>> {
        exported!(self.metrics, resource_metrics, scope_metrics, metrics)
    }

    /// All spans.
    pub fn spans(&self) -> Vec<&Span> {
        self.exported_spans().map(|span| span.item).collect()
    }

    /// The first span of this name.
    ///
    /// # Panics
    /// When there is none; the message is the tree of those that there are.
    #[track_caller]
    pub fn span(&self, name: &str) -> &Span {
        let spans = self.spans();
        spans
            .into_iter()
            .find(|span| span.name == name)
            .unwrap_or_else(|| panic!("no span `{name}` in\n{}", self.tree()))
    }

    /// All log records.
    pub fn records(&self) -> Vec<&LogRecord> {
        self.exported_records().map(|record| record.item).collect()
    }

    /// The names of all metrics, once for each collection.
    pub fn metric_names(&self) -> Vec<&str> {
        self.exported_metrics().map(|metric| metric.item.name.as_str()).collect()
    }

    /// The exemplars of all points of the metrics of this name, of all collections.
    pub fn exemplars(&self, metric: &str) -> Vec<&Exemplar> {
        let metrics = self.exported_metrics().map(|exported| exported.item);
        let points = metrics.filter(|item| item.name == metric).flat_map(points);
        points.flat_map(|point| point.exemplars).collect()
    }

    /// An attribute of the resource that sent the first spans, as text.
    pub fn resource(&self, key: &str) -> Option<String> {
        let resource = self.traces.first()?.resource_spans.first()?.resource.as_ref()?;
        text(&resource.attributes, key)
    }

    /// The spans as trees: kind, name, outcome and attributes of each, children below their parents.
    pub fn tree(&self) -> String {
        tree::render(&self.spans())
    }
}

/// The value of an attribute as text: `42` for an integer too.
pub fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?;
    Some(shown(value.value.as_ref()?))
}

/// The body of a log record, when it is text.
pub fn body(record: &LogRecord) -> Option<&str> {
    match record.body.as_ref()? {
        AnyValue { value: Some(Value::StringValue(text)) } => Some(text),
        _ => None,
    }
}

/// A value as a reader of a failed test wants to see it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        Value::DoubleValue(number) => number.to_string(),
        Value::BoolValue(value) => value.to_string(),
        Value::ArrayValue(array) => {
            let values: Vec<_> = array.values.iter().flat_map(|value| &value.value).map(shown).collect();
            format!("[{}]", values.join(", "))
        }
        other => format!("{other:?}"),
    }
}
