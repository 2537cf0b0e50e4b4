//! The current trace across tasks.

use std::future::Future;

use opentelemetry::{
    Context,
    context::FutureExt,
    trace::{TraceContextExt, TraceId},
};
use tokio::task::JoinHandle;

/// Runs a future as a task that keeps the caller's trace context and baggage. A bare `tokio::spawn`
/// loses both: what the task does would begin a trace of its own.
///
/// A `tracing` span is not kept open by the task: a loop that runs as long as the process would
/// keep its creator's span from ever ending. Its OpenTelemetry context is kept all the same.
///
/// # Panics
/// Outside a Tokio runtime, as `tokio::spawn` does.
#[allow(clippy::disallowed_methods, reason = "this is the one place that does it right")]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future.with_context(Context::current()))
}

/// The trace id of what runs now as 32 hexadecimal digits, for error bodies and support; `None`
/// outside a trace.
pub fn current_trace_id() -> Option<String> {
    Context::map_current(|context| trace_id(context).map(|id| id.to_string()))
}

pub(crate) fn trace_id(context: &Context) -> Option<TraceId> {
    let span = context.span();
    let span_context = span.span_context();
    span_context.is_valid().then(|| span_context.trace_id())
}
