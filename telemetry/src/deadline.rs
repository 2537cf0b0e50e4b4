//! When the caller of what runs now stops waiting, so that nobody further on works longer than that.

use opentelemetry::Context;
use tokio::time::Instant;

/// In the context, beside the span: it goes where the work goes.
struct Deadline(Option<Instant>);

pub(crate) fn with_deadline(context: &Context, deadline: Option<Instant>) -> Context {
    match deadline {
        Some(_) => context.with_value(Deadline(deadline)),
        None => context.clone(),
    }
}

/// For work that may outlive the call that began it: its caller's patience is no measure any more.
pub(crate) fn without_deadline(context: &Context) -> Context {
    if deadline(context).is_some() { context.with_value(Deadline(None)) } else { context.clone() }
}

pub(crate) fn deadline(context: &Context) -> Option<Instant> {
    context.get::<Deadline>()?.0
}
