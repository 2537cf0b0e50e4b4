//! Metrics as OTLP, with exemplars: what the SDK's exporter cannot send, since it converts and sends in one.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use opentelemetry::KeyValue;
use opentelemetry_proto::tonic::{
    collector::metrics::v1::{ExportMetricsPartialSuccess, ExportMetricsServiceRequest},
    metrics::v1::{Metric, metric::Data},
};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    metrics::{Temporality, data::ResourceMetrics, exporter::PushMetricExporter},
};

use crate::{
    metrics::{exemplars::Exemplars, health::MetricHealth},
    otlp::{MetricSender, with_retries},
};

#[derive(Debug)]
pub(crate) struct OtlpMetrics {
    pub sender: MetricSender,
    /// Who it is, for its health.
    pub labels: Vec<KeyValue>,
    pub temporality: Temporality,
    pub exemplars: Exemplars,
    pub health: Arc<MetricHealth>,
    pub is_shut_down: AtomicBool,
}

impl PushMetricExporter for OtlpMetrics {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        if self.is_shut_down.load(Ordering::Relaxed) {
            return Err(OTelSdkError::AlreadyShutdown);
        }
        let mut request = ExportMetricsServiceRequest::from(metrics);
        self.exemplars.put_into(&mut request, metrics);
        let export = self.health.export(&self.labels, points(&request));
        match with_retries(self.sender.timeout(), || self.sender.send(&request)).await {
            Ok(partial) => {
                export.succeeded(partial.as_ref().map_or(0, rejected));
                partial.iter().for_each(tell);
                Ok(())
            }
            Err(failure) => {
                export.failed(failure.error_type.clone());
                Err(OTelSdkError::InternalFailure(failure.to_string()))
            }
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        let was_shut_down = self.is_shut_down.swap(true, Ordering::Relaxed);
        if was_shut_down { Err(OTelSdkError::AlreadyShutdown) } else { Ok(()) }
    }

    fn temporality(&self) -> Temporality {
        self.temporality
    }
}

fn rejected(partial: &ExportMetricsPartialSuccess) -> u64 {
    u64::try_from(partial.rejected_data_points).unwrap_or(0)
}

/// A collector may reject nothing and give advice all the same.
fn tell(partial: &ExportMetricsPartialSuccess) {
    let (count, reason) = (rejected(partial), &partial.error_message);
    if count > 0 {
        tracing::warn!(target: "telemetry", "the collector rejected {count} points of metrics: {reason}");
    } else if !reason.is_empty() {
        tracing::warn!(target: "telemetry", "the collector took all metrics and says: {reason}");
    }
}

fn points(request: &ExportMetricsServiceRequest) -> u64 {
    let scopes = request.resource_metrics.iter().flat_map(|resource| &resource.scope_metrics);
    scopes.flat_map(|scope| &scope.metrics).map(|metric| points_of(metric) as u64).sum()
}

fn points_of(metric: &Metric) -> usize {
    match &metric.data {
        Some(Data::Gauge(gauge)) => gauge.data_points.len(),
        Some(Data::Sum(sum)) => sum.data_points.len(),
        Some(Data::Histogram(histogram)) => histogram.data_points.len(),
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points.len(),
        Some(Data::Summary(summary)) => summary.data_points.len(),
        None => 0,
    }
}
