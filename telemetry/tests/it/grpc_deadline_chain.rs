use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use telemetry::{GrpcClient, testing::Recorder};
use tokio::net::TcpListener;
use tonic::{
    Code, Request, Status,
    body::Body,
    server::NamedService,
    transport::{Server, server::TcpIncoming},
};

use crate::{
    greeter::{self, GREET},
    recorded::{attribute, span, text},
};

/// Answers each call by calling on, in a task of its own if so asked, without a timeout of its own.
#[derive(Clone)]
struct Forwarder {
    next: GrpcClient,
    detached: bool,
}

impl NamedService for Forwarder {
    const NAME: &'static str = "test.v1.Greeter";
}

impl tower::Service<http::Request<Body>> for Forwarder {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        let (next, detached) = (self.next.clone(), self.detached);
        let onward = async move { greeter::greet(&next, "slow").await };
        Box::pin(async move {
            let answer = if detached { telemetry::spawn(onward).await.unwrap() } else { onward.await };
            Ok(answer.map(|_| Status::ok("")).unwrap_or_else(|status| status).into_http())
        })
    }
}

/// A client of the forwarder, and what the service behind it recorded.
async fn chain(detached: bool) -> (GrpcClient, Recorder) {
    let (last, last_recorder) = Recorder::new(telemetry::service!());
    let (middle, _) = Recorder::new(telemetry::service!());
    let (first, _) = Recorder::new(telemetry::service!());
    let address = greeter::serve(&last).await;
    let next = middle.grpc_client(greeter::channel(&address), &address.parse().unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = Server::builder().layer(middle.grpc_layer(&[])).add_service(Forwarder { next, detached });
    telemetry::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    (first.grpc_client(greeter::channel(&address), &address.parse().unwrap()), last_recorder)
}

fn impatient() -> Request<String> {
    let mut request = Request::new("hello".to_owned());
    request.set_timeout(Duration::from_millis(400));
    request
}

#[tokio::test]
async fn a_service_further_on_gets_the_time_that_is_left_and_stops_when_it_is_over() {
    let (client, last) = chain(false).await;
    let status = greeter::call(&client, GREET, impatient()).await.unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    // It would have worked for an hour.
    let inner = span(&last, GREET).await;
    let code = attribute(&inner, "rpc.response.status_code");
    assert!(code == text("DEADLINE_EXCEEDED") || code == text("CANCELLED"), "{code:?}");
    let took = inner.end_time.duration_since(inner.start_time).unwrap();
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[tokio::test]
async fn a_task_that_outlives_its_call_is_not_bound_by_its_deadline() {
    let (client, last) = chain(true).await;
    greeter::call(&client, GREET, impatient()).await.unwrap_err();
    // A whole deadline more.
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(last.spans().is_empty(), "{:#?}", last.spans());
}
