//! Counts what was handed to the SDK and what reached the collector. The batch processors drop what
//! does not fit their queue, and their `shutdown` answers `Ok` all the same; the difference of the
//! two counts is what was lost, whoever lost it.

use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::{Context, InstrumentationScope, logs::Severity, trace::Span as _};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    logs::{BatchLogProcessor, LogProcessor, SdkLogRecord},
    trace::{BatchSpanProcessor, Span, SpanData, SpanProcessor},
};
use std::{sync::Arc, time::Duration};

/// The balance of one signal.
#[derive(Debug, Default)]
pub(crate) struct Balance {
    emitted: AtomicU64,
    delivered: AtomicU64,
}

impl Balance {
    pub(crate) fn emitted(&self, count: u64) {
        self.emitted.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn delivered(&self, count: u64) {
        self.delivered.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn total_delivered(&self) -> u64 {
        self.delivered.load(Ordering::Relaxed)
    }

    /// What was emitted and not delivered. Before the flush this includes what still waits.
    pub(crate) fn outstanding(&self) -> u64 {
        self.emitted.load(Ordering::Relaxed).saturating_sub(self.total_delivered())
    }
}

/// The SDK's batch processor for spans, with every span that should arrive counted.
#[derive(Debug)]
pub(crate) struct CountedSpans {
    pub inner: BatchSpanProcessor,
    pub balance: Arc<Balance>,
}

impl SpanProcessor for CountedSpans {
    /// Counted here rather than at its end: a span that is still open at the stop is lost too, and
    /// the SDK does not tell its processors of it any more.
    fn on_start(&self, span: &mut Span, context: &Context) {
        if span.span_context().is_sampled() {
            self.balance.emitted(1);
        }
        self.inner.on_start(span, context);
    }

    fn on_end(&self, span: SpanData) {
        self.inner.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

/// The SDK's batch processor for logs, with every record counted.
#[derive(Debug)]
pub(crate) struct CountedLogs {
    pub inner: BatchLogProcessor,
    pub balance: Arc<Balance>,
}

impl LogProcessor for CountedLogs {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        self.balance.emitted(1);
        self.inner.emit(record, scope);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn event_enabled(&self, level: Severity, target: &str, name: Option<&str>) -> bool {
        self.inner.event_enabled(level, target, name)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}
