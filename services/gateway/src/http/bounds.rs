//! What no request may do, whatever its handler is: take for ever, be one too many, end without an answer.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::error::Error;

/// More would only wait for each other: it is better to say so at once than to answer all too late.
pub const MAX_IN_FLIGHT: usize = 1024;
/// A safety net: body, neighbours and cache have shorter times of their own.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

pub fn bound<S: Clone + Send + Sync + 'static>(routes: Router<S>, max_in_flight: usize) -> Router<S> {
    let slots = Arc::new(Semaphore::new(max_in_flight));
    routes.layer(CatchPanicLayer::custom(panicked)).layer(from_fn_with_state(slots, admit))
}

async fn admit(State(slots): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_slot) = slots.try_acquire() else { return Error::Overloaded.into_response() };
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::Overdue(REQUEST_TIMEOUT).into_response(),
    }
}

/// Where it happened and why, the panic hook of telemetry has recorded: this adds no second record.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Error::internal("the handler panicked").into_response()
}

#[cfg(test)]
mod tests;
