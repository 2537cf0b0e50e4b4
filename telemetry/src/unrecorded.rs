//! Work that nobody wants in a trace: idle polls, probes.

use std::future::Future;

use opentelemetry::{Context, context::FutureExt};

/// A mark in the context. The SDK's own suppression would silence logs too, and a poll that fails
/// must be heard.
struct Unrecorded;

pub(crate) fn is_unrecorded(context: &Context) -> bool {
    context.get::<Unrecorded>().is_some()
}

/// What runs in this context makes no spans.
pub(crate) fn mark(context: &Context) -> Context {
    context.with_value(Unrecorded)
}

pub(crate) fn unrecorded<F: Future>(future: F) -> impl Future<Output = F::Output> {
    future.with_context(mark(&Context::current()))
}
