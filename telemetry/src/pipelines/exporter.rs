//! An exporter that works wherever the SDK polls it, and says what it delivered.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    logs::{LogBatch, LogExporter},
    metrics::{Temporality, data::ResourceMetrics, exporter::PushMetricExporter},
    trace::{SpanData, SpanExporter},
};
use tokio::runtime::Handle;

use crate::{limits::Cuts, pipelines::balance::Balance};

/// Wraps an OTLP exporter. The SDK's batch threads poll exports outside any runtime, where tonic's
/// and hyper's timers and sockets panic or hang (upstream issues 2583 and 2802); here each poll
/// happens inside the exporters' own runtime.
#[derive(Debug)]
pub(crate) struct Exporter<E> {
    pub inner: E,
    pub runtime: Handle,
    pub balance: Arc<Balance>,
    /// For one export, its retries included: `OTEL_BSP_EXPORT_TIMEOUT` and its like, which the SDK's batch
    /// threads and its reader of metrics do not enforce.
    pub timeout: Duration,
    pub cuts: Cuts,
}

impl<E> Exporter<E> {
    async fn counted(&self, count: u64, export: impl Future<Output = OTelSdkResult>) -> OTelSdkResult {
        self.cuts.tell();
        // Made inside the future: the timer belongs to the runtime in which it is polled.
        let bounded = async {
            let ended = tokio::time::timeout(self.timeout, export).await;
            ended.unwrap_or(Err(OTelSdkError::Timeout(self.timeout)))
        };
        let result = Entered { runtime: &self.runtime, future: pin!(bounded) }.await;
        if result.is_ok() {
            self.balance.delivered(count);
        }
        result
    }
}

struct Entered<'a, F> {
    runtime: &'a Handle,
    future: Pin<&'a mut F>,
}

impl<F: Future> Future for Entered<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let _inside = self.runtime.enter();
        self.future.as_mut().poll(context)
    }
}

impl<E: SpanExporter> SpanExporter for Exporter<E> {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        let count = batch.len() as u64;
        self.counted(count, self.inner.export(batch))
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Exporter<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let count = batch.iter().count() as u64;
        self.counted(count, self.inner.export(batch)).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Exporter<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        // A collection is emitted when it is collected: there is no queue to be lost in.
        self.balance.emitted(1);
        self.counted(1, self.inner.export(metrics)).await
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.inner.temporality()
    }
}
