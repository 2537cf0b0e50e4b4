use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use telemetry::{GrpcClient, testing::Recorder};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};
use tonic::{
    Request, Status,
    body::Body,
    server::NamedService,
    transport::{Server, server::TcpIncoming},
};

use crate::{
    greeter::{self, GREET},
    recorded::PATIENCE,
};

type Answer = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

/// A service whose answer to every call is made by a function.
#[derive(Clone)]
struct Made<F>(F);

impl<F> NamedService for Made<F> {
    const NAME: &'static str = "test.v1.Greeter";
}

impl<F: Fn(http::Request<Body>) -> Answer> tower::Service<http::Request<Body>> for Made<F> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Answer {
        (self.0)(request)
    }
}

/// Serves it behind a traced layer; returns a traced client of it.
async fn serve<F>(answer: F) -> GrpcClient
where
    F: Fn(http::Request<Body>) -> Answer + Clone + Send + Sync + 'static,
{
    let (telemetry, _) = Recorder::new(telemetry::service!());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::builder().layer(telemetry.grpc_layer(&[])).add_service(Made(answer));
    telemetry::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    telemetry.grpc_client(greeter::channel(&address), &address.parse().unwrap())
}

/// Calls a service that calls on, in a task of its own if so asked, and without a timeout of its own.
/// Returns the `grpc-timeout` that arrives at the last one.
async fn timeout_further_on(detached: bool) -> Option<String> {
    let (seen, mut arrived) = mpsc::unbounded_channel();
    let last = serve(move |request: http::Request<Body>| {
        let value = request.headers().get("grpc-timeout");
        seen.send(value.map(|value| value.to_str().unwrap().to_owned())).unwrap();
        Box::pin(async { Ok(Status::ok("").into_http()) })
    })
    .await;
    let middle = serve(move |_| {
        let last = last.clone();
        let onward = async move { greeter::greet(&last, "hello").await.map(drop) };
        Box::pin(async move {
            let _ = if detached { telemetry::spawn(onward).await.unwrap() } else { onward.await };
            Ok(Status::ok("").into_http())
        })
    })
    .await;
    let mut request = Request::new("hello".to_owned());
    request.set_timeout(Duration::from_secs(30));
    let _ = greeter::call(&middle, GREET, request).await;
    timeout(PATIENCE, arrived.recv()).await.expect("the call goes on").unwrap()
}

#[tokio::test]
async fn a_service_further_on_gets_the_time_that_is_left() {
    let left = timeout_further_on(false).await.expect("a timeout");
    let micros: u64 = left.strip_suffix('u').expect("in microseconds").parse().unwrap();
    assert!(micros < 30_000_000, "{left}");
}

#[tokio::test]
async fn a_task_that_may_outlive_its_call_is_not_bound_by_its_deadline() {
    assert_eq!(timeout_further_on(true).await, None);
}
