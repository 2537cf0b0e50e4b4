//! The current trace across tasks.

use std::future::Future;

use opentelemetry::{
    Context,
    context::FutureExt,
    trace::{TraceContextExt, TraceId},
};
use tokio::task::JoinHandle;

use crate::deadline::without_deadline;

/// Runs a future as a task that keeps the caller's trace context and baggage. A bare `tokio::spawn`
/// loses both: what the task does would begin a trace of its own.
///
/// A `tracing` span is not kept open by the task: a loop that runs as long as the process would
/// keep its creator's span from ever ending. Its OpenTelemetry context is kept all the same.
///
/// The caller's deadline (`grpc-timeout`) is not kept: a task may outlive its request, and is often
/// made for just that.
///
/// # Panics
/// Outside a Tokio runtime, as `tokio::spawn` does.
#[allow(clippy::disallowed_methods, reason = "this is the one place that does it right")]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future.with_context(without_deadline(&Context::current())))
}

/// Runs a blocking function on a thread made for it, with the caller's trace context and baggage. A
/// bare `tokio::task::spawn_blocking` loses both. For work that computes or waits without `await`: a
/// password hash, a file.
///
/// # Panics
/// Outside a Tokio runtime, as `tokio::task::spawn_blocking` does.
#[allow(clippy::disallowed_methods, reason = "this is the one place that does it right")]
pub fn spawn_blocking<F, T>(function: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let context = Context::current();
    tokio::task::spawn_blocking(move || {
        let _current = context.attach();
        function()
    })
}

/// The future with the caller's trace context and baggage, for whatever runs it later:
/// `set.spawn(telemetry::in_current_context(work))` on a `JoinSet`, a `LocalSet` or a queue of one's
/// own. The context is that of this call, not of the first poll, and has the caller's deadline still:
/// who joins the work waits no longer than that.
pub fn in_current_context<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    future.with_context(Context::current())
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
