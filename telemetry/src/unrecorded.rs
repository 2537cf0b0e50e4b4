//! Work that nobody wants in a trace: idle polls, probes.

use std::future::Future;

use opentelemetry::{Context, context::FutureExt};

/// A mark in the context. The SDK's own suppression would silence logs too, and a poll that fails
/// must be heard.
struct Unrecorded;

pub(crate) fn is_unrecorded(context: &Context) -> bool {
    context.get::<Unrecorded>().is_some()
}

pub(crate) fn unrecorded<F: Future>(future: F) -> impl Future<Output = F::Output> {
    future.with_context(Context::current_with_value(Unrecorded))
}
