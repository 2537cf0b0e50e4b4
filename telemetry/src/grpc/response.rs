//! The answer to come of a gRPC service: its status, its deadline, and then its body.

use std::{
    fmt::Display,
    future::Future,
    pin::Pin,
    task::{Context as Task, Poll},
};

use http::Response;
use opentelemetry::context::WithContext;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep};
use tonic::{Code, Status};

use crate::{
    exceptions,
    grpc::{
        body::{Call, GrpcBody},
        status,
    },
};

pin_project! {
    /// The answer to come of a [`GrpcServer`](crate::GrpcServer).
    pub struct GrpcResponse<F> {
        #[pin]
        inner: Option<WithContext<F>>,
        call: Option<Call>,
        deadline: Option<Instant>,
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl<F> GrpcResponse<F> {
    pub(crate) fn new(inner: WithContext<F>, call: Option<Call>, deadline: Option<Instant>) -> Self {
        Self { inner: Some(inner), call, deadline, sleep: deadline.map(tokio::time::sleep_until) }
    }
}

impl<F, R, E> Future for GrpcResponse<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    E: Display,
{
    type Output = Result<Response<GrpcBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Pending };
        if let Poll::Ready(result) = inner.poll(task) {
            let call = this.call.take();
            return Poll::Ready(match result {
                Ok(response) => Ok(traced(response, call, *this.deadline)),
                Err(error) => {
                    if let Some(call) = &call {
                        let (name, context) = (std::any::type_name::<E>(), call.hop.context());
                        exceptions::report_in(&context, name, &error, "the service failed without an answer");
                    }
                    finish(call, Code::Unknown);
                    Err(error)
                }
            });
        }
        let expired = this.sleep.as_pin_mut().is_some_and(|sleep| sleep.poll(task).is_ready());
        if !expired {
            return Poll::Pending;
        }
        // Dropped before the answer leaves: the handler's own spans end first.
        this.inner.set(None);
        finish(this.call.take(), Code::DeadlineExceeded);
        Poll::Ready(Ok(deadline_exceeded()))
    }
}

fn traced<R>(response: Response<R>, call: Option<Call>, deadline: Option<Instant>) -> Response<GrpcBody<R>> {
    // A call that failed before its first message has its status in the headers, and no trailers.
    let call = match status::code(response.headers()) {
        Some(code) => {
            finish(call, code);
            None
        }
        None => call,
    };
    response.map(|body| GrpcBody::new(Some(body), call, deadline.map(tokio::time::sleep_until)))
}

fn finish(call: Option<Call>, code: Code) {
    if let Some(call) = call {
        call.end(code);
    }
}

fn deadline_exceeded<R>() -> Response<GrpcBody<R>> {
    let status = Status::deadline_exceeded("the deadline passed before the service could answer");
    status.into_http::<()>().map(|()| GrpcBody::new(None, None, None))
}
