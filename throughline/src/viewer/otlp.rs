//! From an OTLP request to the store, the same for every transport.

use std::sync::Arc;

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse},
        metrics::v1::{ExportMetricsServiceRequest, ExportMetricsServiceResponse},
        trace::v1::{ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse},
    },
    logs::v1::ResourceLogs,
    metrics::v1::{Metric, metric::Data},
    trace::v1::{ResourceSpans, Span},
};

use super::{RecordedSpan, Store, log_store::RecordedLog};

/// The largest request taken, compressed or not. A full batch of the SDK has 512 spans: some hundred
/// kilobytes.
pub(super) const MAX_REQUEST: usize = 32 * 1024 * 1024;

pub(super) fn traces(store: &Store, request: ExportTraceServiceRequest) -> ExportTraceServiceResponse {
    let (valid, invalid): (Vec<_>, Vec<_>) =
        request.resource_spans.into_iter().flat_map(recorded).partition(|span| is_valid(&span.span));
    store.add(valid, invalid.len() as u64);
    let partial_success = (!invalid.is_empty()).then(|| ExportTracePartialSuccess {
        rejected_spans: i64::try_from(invalid.len()).unwrap_or(i64::MAX),
        error_message: "a trace id has 16 bytes, a span id 8, and neither is all zeros".into(),
    });
    ExportTraceServiceResponse { partial_success }
}

fn recorded(from: ResourceSpans) -> impl Iterator<Item = RecordedSpan> {
    let resource = Arc::new(from.resource.unwrap_or_default());
    from.scope_spans.into_iter().flat_map(move |from| {
        let (resource, scope) = (Arc::clone(&resource), Arc::new(from.scope.unwrap_or_default()));
        from.spans.into_iter().map(move |span| RecordedSpan {
            resource: Arc::clone(&resource),
            scope: Arc::clone(&scope),
            span,
        })
    })
}

fn is_valid(span: &Span) -> bool {
    let valid = |id: &[u8], length| id.len() == length && id.iter().any(|byte| *byte != 0);
    valid(&span.trace_id, 16) && valid(&span.span_id, 8)
}

pub(super) fn metrics(store: &Store, request: ExportMetricsServiceRequest) -> ExportMetricsServiceResponse {
    let metrics = request.resource_metrics.iter().flat_map(|of_resource| &of_resource.scope_metrics);
    let points: usize = metrics.flat_map(|of_scope| &of_scope.metrics).map(points).sum();
    store.count(points as u64, 0);
    ExportMetricsServiceResponse::default()
}

fn points(metric: &Metric) -> usize {
    match &metric.data {
        Some(Data::Gauge(data)) => data.data_points.len(),
        Some(Data::Sum(data)) => data.data_points.len(),
        Some(Data::Histogram(data)) => data.data_points.len(),
        Some(Data::ExponentialHistogram(data)) => data.data_points.len(),
        Some(Data::Summary(data)) => data.data_points.len(),
        None => 0,
    }
}

pub(super) fn logs(store: &Store, request: ExportLogsServiceRequest) -> ExportLogsServiceResponse {
    let records: Vec<RecordedLog> = request.resource_logs.into_iter().flat_map(logged).collect();
    store.count(0, records.len() as u64);
    store.logs().add(records);
    ExportLogsServiceResponse::default()
}

fn logged(from: ResourceLogs) -> impl Iterator<Item = RecordedLog> {
    let resource = Arc::new(from.resource.unwrap_or_default());
    let records = from.scope_logs.into_iter().flat_map(|from| from.log_records);
    records.map(move |record| RecordedLog { resource: Arc::clone(&resource), record })
}
