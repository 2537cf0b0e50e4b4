//! The gRPC edge: one `SERVER` span and one duration for each call, a stream to its end.

use std::{
    fmt::Display,
    task::{Context as Task, Poll},
};

use http::{Request, Response};
use opentelemetry::{
    KeyValue,
    context::FutureExt,
    trace::{SpanBuilder, SpanKind},
};
use tokio::time::Instant;
use tonic::transport::server::TcpConnectInfo;
use tower::{Layer, Service};

use crate::{
    Telemetry,
    deadline::with_deadline,
    exceptions::Operation,
    grpc::{
        body::{Call, GrpcBody},
        deadline::own_timeout,
        methods::{Methods, is_infrastructure},
        response::GrpcResponse,
        status::Role,
    },
    header_map::HeaderExtractor,
    hop::{Duration, Edge},
    names,
    propagation::{self, Propagator},
};

const DURATION: Duration = Duration {
    name: names::RPC_SERVER_CALL_DURATION,
    description: "Measures the duration of inbound remote procedure calls (RPC).",
    buckets: &names::CALL_BUCKETS,
};

impl Telemetry {
    /// The layer of a gRPC server, for tonic's `Server::builder().layer(…)`. `descriptor_set` is the
    /// encoded `FileDescriptorSet` of what it serves: a method that is not in it is `_OTHER`.
    ///
    /// Span `package.Service/Method`, parent from the metadata; metric `rpc.server.call.duration`
    /// (s). Errors are `UNKNOWN`, `DEADLINE_EXCEEDED`, `UNIMPLEMENTED`, `INTERNAL`,
    /// `UNAVAILABLE` and `DATA_LOSS`. A `grpc-timeout` is kept: a tenth before it ends, at most 100 ms, the
    /// call is dropped and answered `DEADLINE_EXCEEDED`, a stream too, and the calls that it makes get what
    /// is left. `grpc.health.*` and `grpc.reflection.*` make no spans.
    pub fn grpc_layer(&self, descriptor_set: &[u8]) -> GrpcServerLayer {
        GrpcServerLayer {
            edge: Edge::new(&self.inner, names::SCOPE_GRPC_SERVER, &DURATION),
            methods: Methods::of(descriptor_set),
            propagator: self.inner.propagator.clone(),
        }
    }
}

/// Made by [`Telemetry::grpc_layer`].
#[derive(Clone)]
pub struct GrpcServerLayer {
    edge: Edge,
    methods: Methods,
    propagator: Propagator,
}

impl<S> Layer<S> for GrpcServerLayer {
    type Service = GrpcServer<S>;

    fn layer(&self, inner: S) -> GrpcServer<S> {
        GrpcServer { inner, layer: self.clone() }
    }
}

impl GrpcServerLayer {
    fn start<B>(&self, request: &Request<B>, deadline: Option<Instant>) -> Option<Call> {
        let path = request.uri().path();
        if is_infrastructure(path) {
            return None;
        }
        let caller = propagation::extract(&self.propagator, &HeaderExtractor(request.headers()));
        let parent = Operation::RpcServerCall.within(&with_deadline(&caller, deadline));
        let original = path.trim_start_matches('/');
        let known = self.methods.knows(original);
        let method = if known { original.to_owned() } else { names::OTHER.to_owned() };
        let labels = vec![
            KeyValue::new(names::RPC_SYSTEM_NAME, "grpc"),
            KeyValue::new(names::RPC_METHOD, method.clone()),
        ];
        let mut attributes = labels.clone();
        if !known {
            attributes.push(KeyValue::new(names::RPC_METHOD_ORIGINAL, original.to_owned()));
        }
        attributes.extend(addresses(request));
        let builder = SpanBuilder::from_name(if known { method } else { "grpc".to_owned() })
            .with_kind(SpanKind::Server)
            .with_attributes(attributes);
        Some(Call { hop: self.edge.start(&parent, builder, labels), role: Role::Server })
    }
}

fn addresses<B>(request: &Request<B>) -> Vec<KeyValue> {
    let mut attributes = Vec::new();
    if let Some(authority) = request.uri().authority() {
        attributes
            .push(KeyValue::new(names::SERVER_ADDRESS, authority.host().trim_matches(['[', ']']).to_owned()));
        attributes
            .extend(authority.port_u16().map(|port| KeyValue::new(names::SERVER_PORT, i64::from(port))));
    }
    let peer = request.extensions().get::<TcpConnectInfo>().and_then(TcpConnectInfo::remote_addr);
    if let Some(peer) = peer {
        attributes.push(KeyValue::new(names::NETWORK_PEER_ADDRESS, peer.ip().to_string()));
        attributes.push(KeyValue::new(names::NETWORK_PEER_PORT, i64::from(peer.port())));
    }
    attributes
}

/// A traced gRPC service; made by [`GrpcServerLayer`].
#[derive(Clone)]
pub struct GrpcServer<S> {
    inner: S,
    layer: GrpcServerLayer,
}

impl<S, B, R> Service<Request<B>> for GrpcServer<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: Display,
{
    type Response = Response<GrpcBody<R>>;
    type Error = S::Error;
    type Future = GrpcResponse<S::Future>;

    fn poll_ready(&mut self, task: &mut Task<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let deadline = own_timeout(request.headers()).map(|timeout| Instant::now() + timeout);
        let call = self.layer.start(&request, deadline);
        let context = call.as_ref().map(|call| call.hop.context()).unwrap_or_default();
        let inner = {
            let _current = context.clone().attach();
            self.inner.call(request)
        };
        GrpcResponse::new(inner.with_context(context), call, deadline)
    }
}
