//! The HTTP edge: one `SERVER` span and one duration for each request, from the first look at it to
//! the last byte of the answer.

use std::{
    fmt::Display,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context as Task, Poll, ready},
};

use http::{HeaderName, HeaderValue, Request, Response};
use http_body::Body;
use opentelemetry::{
    Context,
    context::{FutureExt, WithContext},
    trace::{SpanBuilder, SpanKind},
};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::{
    Telemetry, TrustInbound,
    exceptions::{self, Operation},
    handle::link_to,
    header_map::HeaderExtractor,
    hop::{Duration, Edge, End},
    http::{
        exchange::{Exchange, Instruments},
        request::Described,
        request_body::RequestBody,
        response_body::TracedBody,
    },
    names,
    propagation::{self, Propagator},
    spawn::trace_id,
    unrecorded,
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
    /// `http.server.request.duration` (s), `http.server.active_requests`, and of the bytes that really
    /// passed `http.server.request.body.size` and `http.server.response.body.size` (By). A 5xx is an
    /// error, a 4xx is not. It ends with the body of the answer, or as `throughline.cancelled` when the
    /// client goes away first. Every answer carries its trace id in `x-trace-id`.
    pub fn http_layer(&self, trust: TrustInbound) -> HttpServerLayer {
        let edge = Edge::new(&self.inner, names::SCOPE_HTTP_SERVER, &DURATION);
        let instruments = Instruments::new(edge.meter());
        let propagator = self.inner.propagator.clone();
        HttpServerLayer { edge, instruments, trust, propagator, skipped: Arc::default() }
    }
}

/// Made by [`Telemetry::http_layer`].
#[derive(Clone)]
pub struct HttpServerLayer {
    edge: Edge,
    instruments: Instruments,
    trust: TrustInbound,
    propagator: Propagator,
    skipped: Arc<[&'static str]>,
}

impl HttpServerLayer {
    /// Requests for exactly these paths make no span and no metric, and neither does what they do:
    /// probes, which are asked all day by machines and looked at by nobody. What they log is logged.
    #[must_use]
    pub fn skip(self, paths: impl IntoIterator<Item = &'static str>) -> Self {
        let skipped = self.skipped.iter().copied().chain(paths).collect();
        Self { skipped, ..self }
    }
}

impl<S> Layer<S> for HttpServerLayer {
    type Service = HttpServer<S>;

    fn layer(&self, inner: S) -> HttpServer<S> {
        HttpServer { inner, layer: self.clone() }
    }
}

impl HttpServerLayer {
    fn start<B>(&self, request: &Request<B>) -> Option<Exchange> {
        if self.skipped.contains(&request.uri().path()) {
            return None;
        }
        let inbound = propagation::extract(&self.propagator, &HeaderExtractor(request.headers()));
        let (parent, links) = match self.trust {
            TrustInbound::Always => (inbound, Vec::new()),
            TrustInbound::Never => (Context::new(), link_to(&inbound).into_iter().collect()),
        };
        let described = Described::of(request, self.trust);
        let active = [described.method.clone(), described.scheme.clone()];
        let builder = SpanBuilder::from_name(described.name)
            .with_kind(SpanKind::Server)
            .with_links(links)
            .with_attributes(described.attributes);
        let parent = Operation::HttpServerRequest.within(&parent);
        let hop = self.edge.start(&parent, builder, described.labels.clone());
        let head = request.method() == http::Method::HEAD;
        Some(Exchange::enter(hop, head, described.labels, active, &self.instruments))
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
    S: Service<Request<RequestBody<B>>, Response = Response<R>>,
    S::Error: Display,
    R: Body,
    R::Error: Display,
{
    type Response = Response<TracedBody<R>>;
    type Error = S::Error;
    type Future = HttpResponse<S::Future>;

    fn poll_ready(&mut self, task: &mut Task<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let exchange = self.layer.start(&request);
        let (context, received) = match &exchange {
            Some(exchange) => (exchange.hop.context(), exchange.received()),
            None => (unrecorded::mark(&Context::new()), Arc::default()),
        };
        let request = request.map(|body| RequestBody::new(body, received));
        let inner = {
            // Some services do their work in `call`.
            let _current = context.clone().attach();
            self.inner.call(request)
        };
        HttpResponse { inner: inner.with_context(context), exchange }
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
    E: Display,
{
    type Output = Result<Response<TracedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(task));
        let exchange = this.exchange.take();
        Poll::Ready(match (result, exchange) {
            (Ok(response), exchange) => Ok(traced(response, exchange)),
            (Err(error), Some(exchange)) => {
                let (error_type, context) = (std::any::type_name::<E>(), exchange.hop.context());
                exceptions::report_in(&context, error_type, &error, "the service failed without an answer");
                exchange.finish(End::failed(error_type));
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
