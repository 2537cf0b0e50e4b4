//! The body of an answer that was asked for, watched to its end.

use std::{
    fmt,
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use http::{StatusCode, Version, response::Parts};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::{
    hop::{End, Hop},
    http::method,
    names,
};

pin_project! {
    /// A body that ends its request's span when it was read, fails or is dropped.
    pub struct HttpClientBody<B: Body> {
        #[pin]
        inner: B,
        status: StatusCode,
        version: Version,
        hop: Option<Hop>,
    }

    impl<B: Body> PinnedDrop for HttpClientBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if let Some(mut hop) = this.hop.take() {
                hop.interrupt(answered(*this.status, *this.version));
            }
        }
    }
}

impl<B: Body> HttpClientBody<B> {
    pub(crate) fn new(inner: B, head: &Parts, hop: Option<Hop>) -> Self {
        let (status, version) = (head.status, head.version);
        let hop = match hop {
            // Nothing will come, so nobody has to read it: the answer to HEAD, a 204.
            Some(mut hop) if inner.is_end_stream() => {
                hop.finish(answered(status, version));
                None
            }
            hop => hop,
        };
        Self { inner, status, version, hop }
    }
}

/// Without the content, which may be anything.
impl<B: Body> fmt::Debug for HttpClientBody<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HttpClientBody").field("status", &self.status).finish_non_exhaustive()
    }
}

/// To the one who asked, a 4xx is an error as much as a 5xx.
fn answered(status: StatusCode, version: Version) -> End {
    let mut end = End::default().with_label(names::HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16()));
    end.labels.extend(method::version(version));
    if status.is_client_error() || status.is_server_error() {
        return end.with_error(status.as_str().to_owned(), "");
    }
    end
}

impl<B: Body> Body for HttpClientBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        task: &mut Task<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let polled = ready!(this.inner.as_mut().poll_frame(task));
        let answered = || answered(*this.status, *this.version);
        let end = match &polled {
            Some(Err(_)) => Some(answered().with_error(std::any::type_name::<B::Error>(), "")),
            None => Some(answered()),
            Some(Ok(_)) => this.inner.is_end_stream().then(answered),
        };
        if let Some((mut hop, end)) = end.and_then(|end| Some((this.hop.take()?, end))) {
            hop.finish(end);
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
