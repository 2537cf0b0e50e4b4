//! The HTTP edge: one `SERVER` span and one duration for each request, from the first look at it to
//! the last byte of the answer.

use std::{
    future::Future,
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use http::{HeaderName, HeaderValue, Request, Response};
use http_body::Body;
use opentelemetry::{
    Context, KeyValue,
    context::{FutureExt, WithContext},
    metrics::UpDownCounter,
    trace::{SpanBuilder, SpanKind},
};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{
    Telemetry, TrustInbound,
    handle::link_to,
    header_map::HeaderExtractor,
    hop::{Duration, Edge, Hop},
    http_body::TracedBody,
    http_request::Described,
    names,
    propagation::{self, Propagator},
    spawn::trace_id,
};

const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

const DURATION: Duration = Duration {
    name: names::HTTP_SERVER_REQUEST_DURATION,
    description: "Duration of HTTP server requests.",
    buckets: &names::CALL_BUCKETS,
};

impl Telemetry {
    /// The layer of an HTTP server, for axum's `Router::layer` (not a layer around the router, which
    /// would not see the matched route).
    ///
    /// Span `{method} {route}`, or `{method}` where no route matched; metrics
    /// `http.server.request.duration` (s) and `http.server.active_requests`. A 5xx is an error, a 4xx
    /// is not. It ends with the body of the answer, or as `throughline.cancelled` when the client
    /// goes away first. Every answer carries its trace id in `x-trace-id`.
    pub fn http_layer(&self, trust: TrustInbound) -> HttpServerLayer {
        let edge = Edge::new(&self.inner, names::SCOPE_HTTP_SERVER, &DURATION);
        let active = edge
            .meter()
            .i64_up_down_counter(names::HTTP_SERVER_ACTIVE_REQUESTS)
            .with_unit("{request}")
            .with_description("Number of active HTTP server requests.")
            .build();
        HttpServerLayer { edge, active, trust, propagator: self.inner.propagator.clone() }
    }
}

/// Made by [`Telemetry::http_layer`].
#[derive(Clone)]
pub struct HttpServerLayer {
    edge: Edge,
    active: UpDownCounter<i64>,
    trust: TrustInbound,
    propagator: Propagator,
}

impl<S> Layer<S> for HttpServerLayer {
    type Service = HttpServer<S>;

    fn layer(&self, inner: S) -> HttpServer<S> {
        HttpServer { inner, layer: self.clone() }
    }
}

impl HttpServerLayer {
    fn start<B>(&self, request: &Request<B>) -> Exchange {
        let inbound = propagation::extract(&self.propagator, &HeaderExtractor(request.headers()));
        let (parent, links) = match self.trust {
            TrustInbound::Always => (inbound, Vec::new()),
            TrustInbound::Never => (Context::new(), link_to(&inbound).into_iter().collect()),
        };
        let described = Described::of(request, self.trust);
        let gauge = [described.method.clone(), described.scheme.clone()];
        let builder = SpanBuilder::from_name(described.name)
            .with_kind(SpanKind::Server)
            .with_links(links)
            .with_attributes(described.attributes);
        let hop = self.edge.start(&parent, builder, described.labels);
        let active = Active::enter(self.active.clone(), gauge);
        Exchange { hop, head: request.method() == http::Method::HEAD, _active: active }
    }
}

/// What is kept of a request until the end of its answer.
pub(crate) struct Exchange {
    pub hop: Hop,
    /// An answer to HEAD has a body that nobody reads.
    pub head: bool,
    _active: Active,
}

/// One more request in flight, until dropped: a cancelled one too comes off the count.
struct Active {
    counter: UpDownCounter<i64>,
    labels: [KeyValue; 2],
}

impl Active {
    fn enter(counter: UpDownCounter<i64>, labels: [KeyValue; 2]) -> Self {
        counter.add(1, &labels);
        Self { counter, labels }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.counter.add(-1, &self.labels);
    }
}

/// A traced HTTP service; made by [`HttpServerLayer`].
#[derive(Clone)]
pub struct HttpServer<S> {
    inner: S,
    layer: HttpServerLayer,
}

impl<S, B, R> Service<Request<B>> for HttpServer<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: Body,
{
    type Response = Response<TracedBody<R>>;
    type Error = S::Error;
    type Future = HttpResponse<S::Future>;

    fn poll_ready(&mut self, task: &mut Task<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let exchange = self.layer.start(&request);
        let context = exchange.hop.context();
        let inner = {
            // Some services do their work in `call`.
            let _current = context.clone().attach();
            self.inner.call(request)
        };
        HttpResponse { inner: inner.with_context(context), exchange: Some(exchange) }
    }
}

pin_project! {
    /// The answer to come of an [`HttpServer`].
    pub struct HttpResponse<F> {
        #[pin]
        inner: WithContext<F>,
        exchange: Option<Exchange>,
    }
}

impl<F, R, E> Future for HttpResponse<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
{
    type Output = Result<Response<TracedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(task));
        let exchange = this.exchange.take();
        Poll::Ready(match (result, exchange) {
            (Ok(response), exchange) => Ok(traced(response, exchange)),
            (Err(error), Some(mut exchange)) => {
                exchange.hop.finish(crate::hop::End::failed(std::any::type_name::<E>()));
                Err(error)
            }
            (Err(error), None) => Err(error),
        })
    }
}

fn traced<R: Body>(response: Response<R>, exchange: Option<Exchange>) -> Response<TracedBody<R>> {
    let (mut head, body) = response.into_parts();
    let context = exchange.as_ref().map(|exchange| exchange.hop.context());
    let id = context.and_then(|context| trace_id(&context));
    if let Some(id) = id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
        head.headers.insert(X_TRACE_ID, id);
    }
    let body = TracedBody::new(body, head.status, exchange);
    Response::from_parts(head, body)
}
