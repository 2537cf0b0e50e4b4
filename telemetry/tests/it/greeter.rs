//! A gRPC service of the tests, written out so that the crate needs no code generation: `Greet` is
//! unary, `Count` streams.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::uri::PathAndQuery;
use prost_types::{FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto};
use telemetry::{GrpcClient, Telemetry, testing::Recorder};
use tokio::{net::TcpListener, time::timeout};
use tokio_stream::{Stream, StreamExt};
use tonic::{
    GrpcMethod, Request, Response, Status, Streaming,
    body::Body,
    server::{NamedService, ServerStreamingService, UnaryService},
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;

use crate::recorded::PATIENCE;

pub const GREET: &str = "test.v1.Greeter/Greet";
pub const COUNT: &str = "test.v1.Greeter/Count";

/// What the service does is in the message: `ok`, `slow` or the name of a status.
async fn answer(text: &str) -> Result<String, Status> {
    match text {
        "not found" => Err(Status::not_found("nobody of that name")),
        "internal" => Err(Status::internal("broken")),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Ok("late".to_owned())
        }
        "trace id" => Ok(telemetry::current_trace_id().unwrap_or_default()),
        text => Ok(text.to_owned()),
    }
}

#[derive(Clone)]
struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = "test.v1.Greeter";
}

impl tower::Service<http::Request<Body>> for Greeter {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            let mut grpc = tonic::server::Grpc::new(ProstCodec::<String, String>::default());
            Ok(match request.uri().path().trim_start_matches('/') {
                GREET => grpc.unary(Greet, request).await,
                COUNT => grpc.server_streaming(Count, request).await,
                _ => Status::unimplemented("no such method").into_http(),
            })
        })
    }
}

struct Greet;

impl UnaryService<String> for Greet {
    type Response = String;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Status>> + Send>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        Box::pin(async move { Ok(Response::new(answer(request.get_ref()).await?)) })
    }
}

struct Count;

impl ServerStreamingService<String> for Count {
    type Response = String;
    type ResponseStream = Pin<Box<dyn Stream<Item = Result<String, Status>> + Send>>;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Self::ResponseStream>, Status>> + Send>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        Box::pin(async move {
            let words = ["one", "two"].map(str::to_owned).into_iter().map(Ok);
            let last = async_once(async move { answer(request.get_ref()).await });
            Ok(Response::new(Box::pin(tokio_stream::iter(words).chain(last)) as Self::ResponseStream))
        })
    }
}

fn async_once<T: Send>(future: impl Future<Output = T> + Send) -> impl Stream<Item = T> + Send {
    let mut future = Some(Box::pin(future));
    futures_util::stream::poll_fn(move |task| {
        let Some(running) = future.as_mut() else { return Poll::Ready(None) };
        let item = std::task::ready!(running.as_mut().poll(task));
        future = None;
        Poll::Ready(Some(item))
    })
}

fn descriptor_set() -> Vec<u8> {
    let method = |name: &str| MethodDescriptorProto { name: Some(name.to_owned()), ..Default::default() };
    let service = ServiceDescriptorProto {
        name: Some("Greeter".to_owned()),
        method: vec![method("Greet"), method("Count")],
        ..Default::default()
    };
    let file = FileDescriptorProto {
        package: Some("test.v1".to_owned()),
        service: vec![service],
        ..Default::default()
    };
    prost::Message::encode_to_vec(&FileDescriptorSet { file: vec![file] })
}

/// Serves the greeter and the health service until the test ends; returns its address.
pub async fn serve(telemetry: &Telemetry) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (_, health) = tonic_health::server::health_reporter();
    let server = Server::builder()
        .layer(telemetry.grpc_layer(&descriptor_set()))
        .add_service(Greeter)
        .add_service(health)
        .serve_with_incoming(TcpIncoming::from(listener));
    telemetry::spawn(server);
    address
}

/// A server and a client, each with a recorder of its own, as two services would have.
pub struct Pair {
    pub client: GrpcClient,
    pub client_recorder: Recorder,
    pub client_telemetry: Telemetry,
    pub server_recorder: Recorder,
    pub address: String,
}

pub async fn pair() -> Pair {
    let (server, server_recorder) = Recorder::new(telemetry::service!());
    let (client_telemetry, client_recorder) = Recorder::new(telemetry::service!());
    let address = serve(&server).await;
    let channel = channel(&address);
    let client = client_telemetry.grpc_client(channel, &address.parse().unwrap());
    Pair { client, client_recorder, client_telemetry, server_recorder, address }
}

pub fn channel(address: &str) -> Channel {
    Endpoint::from_shared(address.to_owned()).unwrap().connect_lazy()
}

/// Calls as a generated client does. A call that nobody ends is a failure, not a wait.
pub async fn greet(client: &GrpcClient, text: &str) -> Result<String, Status> {
    call(client, GREET, Request::new(text.to_owned())).await
}

pub async fn call(
    client: &GrpcClient,
    method: &'static str,
    mut request: Request<String>,
) -> Result<String, Status> {
    let (service, name) = method.split_once('/').unwrap();
    request.extensions_mut().insert(GrpcMethod::new(service, name));
    let mut grpc = tonic::client::Grpc::new(client.clone());
    grpc.ready().await?;
    let path = PathAndQuery::from_maybe_shared(format!("/{method}")).unwrap();
    let answer = timeout(PATIENCE, grpc.unary(request, path, ProstCodec::default()));
    Ok(answer.await.expect("the call ends")?.into_inner())
}

/// All messages of the stream, then how it ended.
pub async fn count(client: &GrpcClient, request: Request<String>) -> (Vec<String>, Result<(), Status>) {
    let mut stream = stream(client, request).await;
    let mut messages = Vec::new();
    loop {
        match timeout(PATIENCE, stream.message()).await.expect("the stream goes on or ends") {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => return (messages, Ok(())),
            Err(status) => return (messages, Err(status)),
        }
    }
}

pub async fn stream(client: &GrpcClient, request: Request<String>) -> Streaming<String> {
    let mut grpc = tonic::client::Grpc::new(client.clone());
    grpc.ready().await.unwrap();
    let path = PathAndQuery::from_maybe_shared(format!("/{COUNT}")).unwrap();
    let answer = grpc.server_streaming(request, path, ProstCodec::<String, String>::default()).await;
    answer.unwrap().into_inner()
}
