//! Spans and log records on their way from those who make them to the exporter: a queue, and a thread that
//! empties it.
//!
//! Instead of the SDK's two: those allocate their whole queue at the start, know no time limit of an
//! export, and answer `Ok` for what was lost.

use std::{
    future::Future,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use opentelemetry::{Context, InstrumentationScope, trace::Span as _};
use opentelemetry_sdk::{
    error::{OTelSdkError, OTelSdkResult},
    logs::{LogProcessor, SdkLogRecord},
    trace::{Span, SpanData, SpanProcessor},
};
use tokio::sync::Notify;

use crate::pipelines::{
    balance::Balance,
    delivery::Delivery,
    queue::{Queue, Refused},
};

/// For those who flush without a deadline of their own, the SDK's.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an export that was told to end may take to do so.
const GRACE: Duration = Duration::from_millis(100);

/// Never blocks who ends a span or writes a record: what finds no room is dropped and counted.
#[derive(Debug)]
pub(crate) struct BatchProcessor<T> {
    queue: Arc<Queue<T>>,
    balance: Arc<Balance>,
    give_up: Arc<Notify>,
}

/// A log record and the `tracing` target that it came from.
pub(crate) type ScopedRecord = (SdkLogRecord, InstrumentationScope);

impl<T: Send + 'static> BatchProcessor<T> {
    /// Starts the thread that hands batches to `export`, at least every `delay`.
    pub(crate) fn start<F, R>(
        queue: Queue<T>,
        delay: Duration,
        mut delivery: Delivery,
        export: F,
    ) -> io::Result<Self>
    where
        F: Fn(Vec<T>) -> R + Send + 'static,
        R: Future<Output = OTelSdkResult>,
    {
        let queue = Arc::new(queue);
        let processor = Self {
            queue: Arc::clone(&queue),
            balance: Arc::clone(&delivery.balance),
            give_up: Arc::clone(&delivery.give_up),
        };
        std::thread::Builder::new().name(format!("telemetry-{}", delivery.items)).spawn(move || {
            // Exporting must not make telemetry to export.
            let _suppressed = Context::enter_telemetry_suppressed_scope();
            let _ended = Ended(&queue);
            let mut due = Instant::now() + delay;
            while let Some(batch) = queue.next(due) {
                due = Instant::now() + delay;
                let count = batch.len();
                if count > 0 {
                    delivery.deliver(count as u64, || export(batch));
                    queue.settle(count);
                }
                delivery.tell();
            }
        })?;
        Ok(processor)
    }

    fn put(&self, item: T) {
        self.balance.ended(1);
        match self.queue.push(item) {
            Ok(()) => {}
            Err(Refused::Full) => self.balance.found_the_queue_full(),
            Err(Refused::Stopped) => self.balance.came_too_late(),
        }
    }

    fn flush(&self) -> OTelSdkResult {
        if self.queue.flush(FLUSH_TIMEOUT) { Ok(()) } else { Err(OTelSdkError::Timeout(FLUSH_TIMEOUT)) }
    }

    fn stop(&self, timeout: Duration) -> OTelSdkResult {
        if self.queue.stop(timeout) {
            return Ok(());
        }
        // An export that went on would find its runtime gone.
        self.queue.abandon();
        self.give_up.notify_one();
        self.queue.stop(GRACE);
        Err(OTelSdkError::Timeout(timeout))
    }
}

/// Whoever waits for a thread that has ended, even by a panic, waits no longer.
struct Ended<'a, T>(&'a Queue<T>);

impl<T> Drop for Ended<'_, T> {
    fn drop(&mut self) {
        self.0.ended();
    }
}

impl SpanProcessor for BatchProcessor<SpanData> {
    /// Counted here rather than at its end: a span that is still open at the stop is lost too, and
    /// the SDK does not tell its processors of it any more.
    fn on_start(&self, span: &mut Span, _context: &Context) {
        if span.span_context().is_sampled() {
            self.balance.emitted(1);
        }
    }

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.put(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.stop(timeout)
    }
}

impl LogProcessor for BatchProcessor<ScopedRecord> {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        self.balance.emitted(1);
        self.put((record.clone(), scope.clone()));
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.stop(timeout)
    }
}

#[cfg(test)]
mod tests;
