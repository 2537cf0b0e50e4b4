//! What child processes do to fail, and to carry baggage.

use std::{borrow::Cow, fmt, net::SocketAddr};

use axum::{Router, http::StatusCode, routing::get};
use opentelemetry::{Context, KeyValue, baggage::BaggageExt, context::FutureExt};
use rdkafka::{
    consumer::Consumer as _,
    types::{RDKafkaApiKey, RDKafkaRespErr},
};
use telemetry::{Builder, ErrorType, Guard, Operation, TrustInbound};
use tokio::net::TcpListener;

use crate::{
    greeter,
    http_server::request,
    kafka_bench::{TOPIC, member, raw_producer, receive, record},
    scenarios::init,
};

struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the store is gone")
    }
}

impl ErrorType for Broken {
    fn error_type(&self) -> Cow<'static, str> {
        "store_unavailable".into()
    }
}

async fn serve(telemetry: &Guard) -> SocketAddr {
    let app = Router::new()
        .route("/panic", get(panic))
        .route("/fail", get(fail))
        .layer(telemetry.http_layer(TrustInbound::Never));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    telemetry::spawn(async move { axum::serve(listener, app).await });
    address
}

async fn panic() -> StatusCode {
    // In a task, as work that must not end with its caller: the record is the request's all the same.
    let task = telemetry::spawn(async { panic!("planted") });
    if task.await.is_err() {
        telemetry::exception(&Broken, "a second record of one failure");
    }
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn fail() -> StatusCode {
    Operation::DbClientOperation.exception(&Broken, "lived with");
    telemetry::exception(&Broken, "the request failed");
    telemetry::exception(&Broken, "a second record of one failure");
    StatusCode::INTERNAL_SERVER_ERROR
}

pub async fn panics() {
    let telemetry = telemetry::init(telemetry::service!()).unwrap();
    let address = serve(&telemetry).await;
    request(address, "GET /panic", "").await;
    telemetry.shutdown().await;
}

pub async fn fails() {
    let telemetry = telemetry::init(telemetry::service!()).unwrap();
    let address = serve(&telemetry).await;
    request(address, "GET /fail", "").await;
    telemetry::exception(&Broken, "nothing runs");
    telemetry.shutdown().await;
}

/// Calls a service of the same process, so that both sides of the hop are one set-up.
pub async fn carries_baggage() {
    let telemetry =
        Builder::new(telemetry::service!()).baggage_attributes(["tenant", "absent"]).init().unwrap();
    let address = greeter::serve(&telemetry).await;
    let client = telemetry.grpc_client(greeter::channel(&address), &address.parse().unwrap());
    let baggage = [KeyValue::new("tenant", "a"), KeyValue::new("password", "hunter2")];
    let context = Context::current_with_baggage(baggage);
    greeter::greet(&client, "hello").with_context(context).await.unwrap();
    telemetry.shutdown().await;
}

/// The last records of a partition are committed, and the broker refuses.
pub async fn has_a_commit_refused() {
    let telemetry = init();
    let broker = local_servers::testing::broker(&[(TOPIC, 1)]);
    let refused = RDKafkaRespErr::RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    broker.cluster().unwrap().request_errors(RDKafkaApiKey::OffsetCommit, &[refused]);
    let consumer = member(&telemetry, &broker, &[]);
    consumer.inner().subscribe(&[TOPIC]).unwrap();
    telemetry.producer(raw_producer(&broker)).send(record(None)).await.unwrap();
    consumer.commit(&receive(&consumer).await).unwrap();
    consumer.leave(std::time::Duration::from_secs(10)).await;
    telemetry.shutdown().await;
}
