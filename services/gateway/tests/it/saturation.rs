//! More requests than the process can answer at once, and a collector that takes its time: every span arrives.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use telemetry::testing::{Answer, Collector, conventions, otlp::trace::v1::span::SpanKind};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::timeout,
};

use crate::{
    configuration::program,
    support::{PATIENCE, Setup, token},
};

const CONNECTIONS: usize = 16;
const EACH: usize = 190;

/// With the queues of the defaults.
fn start(listen: SocketAddr, collector: &Collector) -> Child {
    let setup = Setup::new();
    Command::new(program())
        .env_clear()
        .env("LISTEN_ADDR", listen.to_string())
        .env("ADMIN_ADDR", "127.0.0.1:0")
        .env("USERS_URL", setup.users_url)
        .env("ORDERS_URL", setup.orders_url)
        .env("REDIS_URL", setup.redis_url)
        .env("JWT_KEYS", setup.jwt_keys)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}

async fn listens(address: SocketAddr) {
    while TcpStream::connect(address).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One after the other, each as soon as the one before is answered.
async fn requests(address: SocketAddr, token: String) {
    let client: Client<HttpConnector, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    for _ in 0..EACH {
        let request = Request::builder()
            .method(Method::GET)
            .uri(format!("http://{address}/api/v1/orders"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        let answer = client.request(request.body(Full::default()).unwrap()).await.unwrap();
        answer.into_body().collect().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_saturated_gateway_loses_no_span() {
    let collector = Collector::start().await.unwrap();
    collector.answer(Answer::Delay(Duration::from_millis(20)));
    let [port] = local_servers::ports::free::<1>().unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let gateway = start(address, &collector);
    timeout(PATIENCE, listens(address)).await.expect("it listens");
    let tasks: Vec<_> = (0..CONNECTIONS).map(|_| telemetry::spawn(requests(address, token()))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let pid = gateway.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    let output = timeout(PATIENCE, gateway.wait_with_output()).await.expect("it ends").unwrap();

    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && !said.is_empty());
    assert!(!said.contains("telemetry was lost"), "{}", said.lines().last().unwrap());
    let received = collector.received();
    conventions::assert_kept(&received);
    let servers = received.spans().into_iter().filter(|span| span.kind() == SpanKind::Server);
    assert_eq!(servers.count(), CONNECTIONS * EACH);
}
