//! The body of an answer, watched to its end.

use std::{
    fmt::Display,
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use http::StatusCode;
use http_body::{Body, Frame, SizeHint};
use opentelemetry::Context;
use pin_project_lite::pin_project;

use crate::{
    exceptions,
    hop::End,
    http::{exchange::Exchange, request_body::data_len},
    names,
};

pin_project! {
    /// A body that ends its request's span when it is sent, fails or is dropped.
    pub struct TracedBody<B: Body> {
        #[pin]
        inner: B,
        status: StatusCode,
        context: Context,
        exchange: Option<Exchange>,
    }

    impl<B: Body> PinnedDrop for TracedBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            let Some(exchange) = this.exchange.take() else { return };
            // A server need not read a body that has no more to give, nor any answer's to HEAD. If
            // there was more, the client went away: dropping the exchange says so.
            if exchange.head || this.inner.is_end_stream() {
                exchange.finish(answered(*this.status));
            } else {
                exchange.interrupt(answered(*this.status));
            }
        }
    }
}

impl<B: Body> TracedBody<B> {
    pub(crate) fn new(inner: B, status: StatusCode, exchange: Option<Exchange>) -> Self {
        let context = exchange.as_ref().map(|exchange| exchange.hop.context()).unwrap_or_default();
        Self { inner, status, context, exchange }
    }
}

/// A 4xx is the client's error, and the server's success.
fn answered(status: StatusCode) -> End {
    let end = End::default().with_label(names::HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16()));
    if status.is_server_error() { end.with_error(status.as_str().to_owned(), "") } else { end }
}

impl<B: Body> Body for TracedBody<B>
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
            // What a streamed answer does and logs belongs to its request.
            let _current = this.context.clone().attach();
            ready!(this.inner.as_mut().poll_frame(task))
        };
        let end = match &polled {
            Some(Err(error)) => {
                let error_type = std::any::type_name::<B::Error>();
                exceptions::report_in(this.context, error_type, error, "the answer broke off");
                Some(answered(*this.status).with_error(error_type, ""))
            }
            Some(Ok(frame)) => {
                if let Some(exchange) = this.exchange {
                    exchange.sent += data_len(frame);
                }
                // A body that knows its length is not polled once more after its last frame.
                this.inner.is_end_stream().then(|| answered(*this.status))
            }
            None => Some(answered(*this.status)),
        };
        if let Some((exchange, end)) = end.and_then(|end| Some((this.exchange.take()?, end))) {
            exchange.finish(end);
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
