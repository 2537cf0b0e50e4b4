//! Calls to a neighbour: one `CLIENT` span and one duration each, the context in the metadata.

use std::{
    future::Future,
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use http::{Request, Response, Uri};
use opentelemetry::{
    Context, KeyValue,
    trace::{SpanBuilder, SpanKind},
};
use pin_project_lite::pin_project;
use tonic::{Code, GrpcMethod, Status, body::Body, transport::Channel};
use tower::Service;

use crate::{
    Telemetry,
    grpc::{
        body::{Call, GrpcBody},
        deadline::pass_on,
        status::{self, Role},
    },
    header_map::HeaderInjector,
    hop::{Duration, Edge},
    names,
    propagation::Propagator,
};

const DURATION: Duration = Duration {
    name: names::RPC_CLIENT_CALL_DURATION,
    description: "Measures the duration of outbound remote procedure calls (RPC).",
    buckets: &names::CALL_BUCKETS,
};

impl Telemetry {
    /// Traces all calls over `channel`. `target` is where the configuration says it leads:
    /// `server.address` and `server.port` come from it, not from the connection that a balancer chose.
    ///
    /// Span `package.Service/Method`; metric `rpc.client.call.duration` (s); every status but OK is
    /// an error. A call made while another is answered gets no more time (`grpc-timeout`) than that one
    /// has left; one whose timeout passes is `DEADLINE_EXCEEDED`, where tonic says CANCELLED.
    pub fn grpc_client(&self, channel: Channel, target: &Uri) -> GrpcClient {
        let host = target.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let tls = target.scheme_str() == Some("https");
        let port = target.port_u16().unwrap_or(if tls { 443 } else { 80 });
        GrpcClient {
            channel,
            edge: Edge::new(&self.inner, names::SCOPE_GRPC_CLIENT, &DURATION),
            target: [
                KeyValue::new(names::SERVER_ADDRESS, host),
                KeyValue::new(names::SERVER_PORT, i64::from(port)),
            ],
            propagator: self.inner.propagator.clone(),
        }
    }
}

/// A traced channel, to be given to a generated client: `OrderServiceClient::new(client)`.
#[derive(Clone)]
pub struct GrpcClient {
    channel: Channel,
    edge: Edge,
    target: [KeyValue; 2],
    propagator: Propagator,
}

impl GrpcClient {
    fn start(&self, request: &Request<Body>) -> Call {
        // The generated client says which method it calls; without it the path says the same.
        let method = request.extensions().get::<GrpcMethod<'_>>().map_or_else(
            || request.uri().path().trim_start_matches('/').to_owned(),
            |method| format!("{}/{}", method.service(), method.method()),
        );
        let mut labels = vec![
            KeyValue::new(names::RPC_SYSTEM_NAME, "grpc"),
            KeyValue::new(names::RPC_METHOD, method.clone()),
        ];
        labels.extend(self.target.iter().cloned());
        let builder =
            SpanBuilder::from_name(method).with_kind(SpanKind::Client).with_attributes(labels.clone());
        Call { hop: self.edge.start(&Context::current(), builder, labels), role: Role::Client }
    }
}

impl Service<Request<Body>> for GrpcClient {
    type Response = Response<GrpcBody<Body>>;
    type Error = Status;
    type Future = GrpcCall<<Channel as Service<Request<Body>>>::Future>;

    fn poll_ready(&mut self, task: &mut Task<'_>) -> Poll<Result<(), Status>> {
        self.channel.poll_ready(task).map_err(|error| status(error.into()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let call = self.start(&request);
        let context = call.hop.context();
        self.propagator.inject_context(&context, &mut HeaderInjector(request.headers_mut()));
        pass_on(&context, request.headers_mut());
        GrpcCall { inner: self.channel.call(request), call: Some(call) }
    }
}

pin_project! {
    /// The answer to come of a [`GrpcClient`].
    pub struct GrpcCall<F> {
        #[pin]
        inner: F,
        call: Option<Call>,
    }
}

impl<F, E> Future for GrpcCall<F>
where
    F: Future<Output = Result<Response<Body>, E>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Output = Result<Response<GrpcBody<Body>>, Status>;

    fn poll(self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.inner.poll(task)).map_err(|error| status(error.into()));
        let call = this.call.take();
        let code = match &result {
            Ok(response) => status::code(response.headers()),
            Err(status) => Some(status.code()),
        };
        let unfinished = match (call, code) {
            (Some(call), Some(code)) => {
                call.end(code);
                None
            }
            (call, _) => call,
        };
        Poll::Ready(result.map(|response| response.map(|body| GrpcBody::new(Some(body), unfinished, None))))
    }
}

/// What a transport's error is to the caller. tonic turns a call's own timeout into CANCELLED; the
/// gRPC specification calls it `DEADLINE_EXCEEDED`.
fn status(error: Box<dyn std::error::Error + Send + Sync>) -> Status {
    if is_timeout(&*error) {
        return Status::deadline_exceeded("the call's timeout passed before the answer came");
    }
    Status::try_from_error(error).unwrap_or_else(|error| Status::new(Code::Unknown, error.to_string()))
}

fn is_timeout(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut source = Some(error);
    while let Some(error) = source {
        if error.is::<tonic::TimeoutExpired>() {
            return true;
        }
        source = error.source();
    }
    false
}
