//! Partial success: what is taken out of a batch before it is kept.

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    metrics::v1::{Metric, metric::Data},
};

/// Takes up to `count` spans out; how many there were.
pub(super) fn spans(batch: &mut ExportTraceServiceRequest, count: usize) -> usize {
    let scopes = batch.resource_spans.iter_mut().flat_map(|resource| &mut resource.scope_spans);
    let mut left = count;
    scopes.for_each(|scope| shorten(&mut scope.spans, &mut left));
    count - left
}

/// As [`spans`], log records.
pub(super) fn records(batch: &mut ExportLogsServiceRequest, count: usize) -> usize {
    let scopes = batch.resource_logs.iter_mut().flat_map(|resource| &mut resource.scope_logs);
    let mut left = count;
    scopes.for_each(|scope| shorten(&mut scope.log_records, &mut left));
    count - left
}

/// As [`spans`], data points: of metrics they are what is counted.
pub(super) fn points(batch: &mut ExportMetricsServiceRequest, count: usize) -> usize {
    let scopes = batch.resource_metrics.iter_mut().flat_map(|resource| &mut resource.scope_metrics);
    let mut left = count;
    scopes.flat_map(|scope| &mut scope.metrics).for_each(|metric| shorten_metric(metric, &mut left));
    count - left
}

fn shorten_metric(metric: &mut Metric, left: &mut usize) {
    match &mut metric.data {
        Some(Data::Gauge(gauge)) => shorten(&mut gauge.data_points, left),
        Some(Data::Sum(sum)) => shorten(&mut sum.data_points, left),
        Some(Data::Histogram(histogram)) => shorten(&mut histogram.data_points, left),
        Some(Data::ExponentialHistogram(histogram)) => shorten(&mut histogram.data_points, left),
        Some(Data::Summary(summary)) => shorten(&mut summary.data_points, left),
        None => {}
    }
}

fn shorten<T>(items: &mut Vec<T>, left: &mut usize) {
    let taken = items.len().min(*left);
    items.truncate(items.len() - taken);
    *left -= taken;
}
