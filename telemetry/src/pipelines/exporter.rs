//! An exporter that works wherever the SDK polls it, and says what it delivered.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    metrics::{Temporality, data::ResourceMetrics, exporter::PushMetricExporter},
};
use tokio::runtime::Handle;

use crate::pipelines::{balance::Balance, export_error::error_type, overflow::Overflows};

/// Wraps an exporter of metrics. The SDK's reader polls exports outside any runtime, where tonic's and
/// hyper's timers and sockets panic or hang (upstream issues 2583 and 2802); here each poll happens
/// inside the exporters' own runtime.
#[derive(Debug)]
pub(crate) struct Exporter<E> {
    pub inner: E,
    pub runtime: Handle,
    pub balance: Arc<Balance>,
    /// For one export, its retries included: `OTEL_METRIC_EXPORT_TIMEOUT`, which the SDK's reader does not
    /// enforce.
    pub timeout: Duration,
    pub overflows: Overflows,
}

impl<E> Exporter<E> {
    /// A collection is emitted when it is collected: there is no queue to be lost in.
    async fn counted(&self, export: impl Future<Output = OTelSdkResult>) -> OTelSdkResult {
        self.balance.emitted(1);
        self.balance.ended(1);
        self.balance.handed_over(1);
        // Made inside the future: the timer belongs to the runtime in which it is polled.
        let bounded = async {
            let ended = tokio::time::timeout(self.timeout, export).await;
            ended.unwrap_or(Err(OTelSdkError::Timeout(self.timeout)))
        };
        let result = Entered { runtime: &self.runtime, future: pin!(bounded) }.await;
        match error_type(&result) {
            None => self.balance.delivered(1),
            Some(error) => self.balance.failed(error, 1),
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

impl<E: PushMetricExporter> PushMetricExporter for Exporter<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.overflows.look_at(metrics);
        self.counted(self.inner.export(metrics)).await
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
