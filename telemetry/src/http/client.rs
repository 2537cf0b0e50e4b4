//! Requests to others over HTTP: one `CLIENT` span and one duration each, the context in the headers.
//!
//! # Which client
//! It wraps any `tower::Service<http::Request<_>>`, and is made for hyper-util's `legacy::Client`: the
//! one below reqwest, which costs no crate that a server with hyper does not have, and hands out each
//! attempt with its redirects and retries still to be made by layers around it, so that there is one
//! span for each attempt, as the convention asks. reqwest follows redirects inside of its own
//! `execute`, where no layer sees them, and its `Service` takes a type of its own.
//!
//! ```
//! use hyper_util::{client::legacy::Client, rt::TokioExecutor};
//!
//! # fn client(telemetry: &telemetry::Telemetry) {
//! let plain = Client::builder(TokioExecutor::new()).build_http::<String>();
//! let traced = telemetry.http_client(plain);
//! # let _ = traced; }
//! ```

use std::{
    error::Error as StdError,
    future::Future,
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use http::{Request, Response};
use http_body::Body;
use opentelemetry::{
    Context,
    trace::{SpanBuilder, SpanKind},
};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{
    Telemetry,
    header_map::HeaderInjector,
    hop::{Duration, Edge, End, Hop},
    http::{
        client_body::HttpClientBody,
        client_request::{Described, error_type},
    },
    names,
    propagation::Propagator,
};

const DURATION: Duration = Duration {
    name: names::HTTP_CLIENT_REQUEST_DURATION,
    description: "Duration of HTTP client requests.",
    buckets: &names::CALL_BUCKETS,
};

impl Telemetry {
    /// Traces all requests through `client`.
    ///
    /// Span `{method}`, or `{method} {template}` when the request has a [`UrlTemplate`](crate::UrlTemplate)
    /// among its extensions; metric `http.client.request.duration` (s). `url.full` has neither
    /// credentials nor the values of sensitive parameters. Every 4xx and 5xx is an error, and no answer
    /// at all. It ends with the body of the answer, or as `throughline.cancelled` when that is dropped
    /// half read. What the failure says is the caller's to record: only the caller knows whether it is one.
    pub fn http_client<S>(&self, client: S) -> HttpClient<S> {
        self.http_client_layer().layer(client)
    }

    /// The same for tower's `ServiceBuilder`. Retries and redirects belong outside of it.
    pub fn http_client_layer(&self) -> HttpClientLayer {
        let edge = Edge::new(&self.inner, names::SCOPE_HTTP_CLIENT, &DURATION);
        HttpClientLayer { edge, propagator: self.inner.propagator.clone() }
    }
}

/// Made by [`Telemetry::http_client_layer`].
#[derive(Clone)]
pub struct HttpClientLayer {
    edge: Edge,
    propagator: Propagator,
}

impl<S> Layer<S> for HttpClientLayer {
    type Service = HttpClient<S>;

    fn layer(&self, inner: S) -> HttpClient<S> {
        HttpClient { inner, layer: self.clone() }
    }
}

/// A traced HTTP client; made by [`Telemetry::http_client`].
#[derive(Clone)]
pub struct HttpClient<S> {
    inner: S,
    layer: HttpClientLayer,
}

impl HttpClientLayer {
    fn start<B>(&self, request: &mut Request<B>) -> Hop {
        let described = Described::of(request);
        let builder = SpanBuilder::from_name(described.name)
            .with_kind(SpanKind::Client)
            .with_attributes(described.attributes);
        let hop = self.edge.start(&Context::current(), builder, described.labels);
        self.propagator.inject_context(&hop.context(), &mut HeaderInjector(request.headers_mut()));
        hop
    }
}

impl<S, B, R> Service<Request<B>> for HttpClient<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: StdError + 'static,
    R: Body,
{
    type Response = Response<HttpClientBody<R>>;
    type Error = S::Error;
    type Future = HttpClientCall<S::Future>;

    fn poll_ready(&mut self, task: &mut Task<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let hop = self.layer.start(&mut request);
        HttpClientCall { inner: self.inner.call(request), hop: Some(hop) }
    }
}

pin_project! {
    /// The answer to come of an [`HttpClient`]. Dropped before, the request was cancelled.
    pub struct HttpClientCall<F> {
        #[pin]
        inner: F,
        hop: Option<Hop>,
    }
}

impl<F, R, E> Future for HttpClientCall<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
    E: StdError + 'static,
{
    type Output = Result<Response<HttpClientBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(task));
        let hop = this.hop.take();
        Poll::Ready(match result {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let body = HttpClientBody::new(body, &head, hop);
                Ok(Response::from_parts(head, body))
            }
            Err(error) => {
                if let Some(mut hop) = hop {
                    hop.finish(End::failed(error_type(&error)));
                }
                Err(error)
            }
        })
    }
}
