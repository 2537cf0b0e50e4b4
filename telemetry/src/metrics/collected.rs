//! Where a collection is over and its export begins.

use std::{sync::Arc, time::Duration};

use opentelemetry_sdk::{
    error::OTelSdkResult,
    metrics::{Temporality, data::ResourceMetrics, exporter::PushMetricExporter},
};

use crate::metrics::health::MetricHealth;

/// Any exporter; `health` learns how long the collection took.
#[derive(Debug)]
pub(super) struct Collected<E> {
    pub inner: E,
    pub health: Arc<MetricHealth>,
}

impl<E: PushMetricExporter> PushMetricExporter for Collected<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.health.collected();
        self.inner.export(metrics).await
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
