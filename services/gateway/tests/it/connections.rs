//! Connections that misbehave, and those that are cut by a stop. Times pass at once here: the clock of
//! these tests jumps to the next timer whenever nothing else is to be done.

use std::net::SocketAddr;

use http::StatusCode;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::support::{Gateway, PATIENCE, Setup, UNREACHABLE, token};

/// Sends `bytes`, then nothing, and reads until the other side closes.
async fn send_and_wait(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let closed = timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    closed.expect("the other side closes").unwrap();
    answer
}

fn no_redis() -> Setup {
    Setup::with_redis(UNREACHABLE.replace("http", "redis"))
}

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_no_request_comes_is_closed() {
    let gateway = Gateway::start_with(&no_redis()).await;
    assert_eq!(send_and_wait(gateway.address, "").await, "");
    assert_eq!(send_and_wait(gateway.address, "GET /api/v1/products HTTP/1.1\r\nHost:").await, "");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_408() {
    let gateway = Gateway::start_with(&no_redis()).await;
    let request = "POST /api/v1/users HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n\
                   Content-Length: 100\r\n\r\n{\"email\":";
    let answer = send_and_wait(gateway.address, request).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("application/problem+json"), "{answer}");
}

#[tokio::test]
async fn headers_that_are_too_large_are_431() {
    let gateway = Gateway::start_with(&no_redis()).await;
    let padding = "x".repeat(20 * 1024);
    let request = format!("GET /api/v1/products HTTP/1.1\r\nHost: gateway\r\nPadding: {padding}\r\n\r\n");
    let answer = send_and_wait(gateway.address, &request).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn a_stop_lets_the_request_in_flight_finish_and_then_ends() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let users_url = format!("http://{}", silent.local_addr().unwrap());
    let gateway = Gateway::start_with(&Setup { users_url, ..Setup::new() }).await;
    let stop = async {
        // The request is in flight: it waits for users, which never answers.
        let held = silent.accept().await.unwrap();
        gateway.shutdown.request();
        held
    };
    let token = token();
    let (answer, _held) = tokio::join!(gateway.get("/api/v1/users/me", &token), stop);
    assert_eq!(answer.status, StatusCode::GATEWAY_TIMEOUT);
    timeout(PATIENCE, gateway.served).await.expect("ends after the stop").unwrap();
    assert!(TcpStream::connect(gateway.address).await.is_err(), "nobody listens any more");
}
