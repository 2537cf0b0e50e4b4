//! What a recorder holds, as it would leave the process: for checks that are made on the wire's form.

use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_proto::{
    tonic::{
        collector::{
            logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
            trace::v1::ExportTraceServiceRequest,
        },
        logs::v1::ResourceLogs,
    },
    transform::{
        common::tonic::ResourceAttributesWithSchema, trace::tonic::group_spans_by_resource_and_scope,
    },
};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;

use super::{Received, Recorder, logs::listen_on_this_thread};

impl Recorder {
    /// Keeps the log records of this thread too, with the ids of what runs, until the guard is dropped:
    /// of everything, when all runs on the one thread of a test's runtime (`#[tokio::test]` without a
    /// flavour). As with [`Logs`](super::Logs), not in a process that calls [`init`](crate::init).
    #[must_use = "records are kept until the guard is dropped"]
    pub fn capture_logs(&self) -> DefaultGuard {
        let bridge = OpenTelemetryTracingBridge::new(&self.loggers);
        listen_on_this_thread(tracing_subscriber::registry().with(bridge))
    }

    /// Everything so far, in the form in which a collector would have got it: the spans that have
    /// ended, the metrics as they are now, the log records if they are captured. The exemplars of the metrics
    /// are those since the last time.
    pub fn received(&self) -> Received {
        let resource = ResourceAttributesWithSchema::from(&self.resource);
        let resource_spans = group_spans_by_resource_and_scope(self.spans(), &resource);
        let metrics = self.metrics().last().map(|collected| {
            let mut request = ExportMetricsServiceRequest::from(collected);
            self.meters.put_exemplars(&mut request, collected);
            request
        });
        let logs = self.logs.get_emitted_logs().unwrap_or_default();
        let resource_logs = logs
            .iter()
            .map(|log| ResourceLogs::from(((&log.record, &log.instrumentation), &resource)))
            .collect();
        Received {
            traces: vec![ExportTraceServiceRequest { resource_spans }],
            logs: vec![ExportLogsServiceRequest { resource_logs }],
            metrics: metrics.into_iter().collect(),
            headers: Vec::new(),
        }
    }
}
