//! The messages of a call's answer, watched to the trailers: a call that began well tells there how
//! it ended, and so does every stream (tonic issues 855 and 1824).

use std::{
    fmt::Display,
    future::Future,
    pin::Pin,
    task::{Context as Task, Poll},
};

use http::{HeaderMap, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use opentelemetry::Context;
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tonic::Code;

use crate::{
    exceptions,
    grpc::status::{self, Role},
    hop::Hop,
};

/// The rest of a call: what is to be finished when its code is known.
pub(crate) struct Call {
    pub hop: Hop,
    pub role: Role,
}

impl Call {
    pub(crate) fn end(mut self, code: Code) {
        self.hop.finish(status::end(code, self.role));
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        // Nobody waits for the answer any more. On the wire that is CANCELLED, whoever cancelled.
        self.hop.interrupt(status::end(Code::Cancelled, Role::Server));
    }
}

pin_project! {
    /// A gRPC body that ends its call's span when the trailers pass, or when it is dropped before.
    pub struct GrpcBody<B> {
        // None: the call was answered without the service, e.g. after its deadline.
        #[pin]
        inner: Option<B>,
        context: Context,
        call: Option<Call>,
        #[pin]
        deadline: Option<Sleep>,
    }
}

impl<B> GrpcBody<B> {
    pub(crate) fn new(inner: Option<B>, call: Option<Call>, deadline: Option<Sleep>) -> Self {
        let context = call.as_ref().map(|call| call.hop.context()).unwrap_or_default();
        Self { inner, context, call, deadline }
    }
}

impl<B: Body> Body for GrpcBody<B>
where
    B::Error: Display,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let polled = {
            let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Ready(None) };
            let _current = this.context.clone().attach();
            inner.poll_frame(task)
        };
        let Poll::Ready(polled) = polled else {
            let expired = this.deadline.as_pin_mut().is_some_and(|deadline| deadline.poll(task).is_ready());
            if !expired {
                return Poll::Pending;
            }
            // The service's stream is dropped with its work half done, and the caller told why.
            this.inner.set(None);
            finish(this.call, Code::DeadlineExceeded);
            return Poll::Ready(Some(Ok(Frame::trailers(deadline_trailers()))));
        };
        match &polled {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    finish(this.call, status::code(trailers).unwrap_or(Code::Unknown));
                }
            }
            Some(Err(error)) => {
                // To a client it is an answer like any other: the caller sees it and knows what to do.
                if this.call.as_ref().is_some_and(|call| call.role == Role::Server) {
                    let name = std::any::type_name::<B::Error>();
                    exceptions::report_in(this.context, name, error, "the answer broke off");
                }
                finish(this.call, Code::Unknown);
            }
            // The protocol asks for a status; an answer without one is UNKNOWN to its client.
            None => finish(this.call, Code::Unknown),
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

fn finish(call: &mut Option<Call>, code: Code) {
    if let Some(call) = call.take() {
        call.end(code);
    }
}

fn deadline_trailers() -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from(Code::DeadlineExceeded as i32));
    trailers.insert("grpc-message", HeaderValue::from_static("the%20deadline%20passed%20while%20streaming"));
    trailers
}
