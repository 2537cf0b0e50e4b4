//! Connections that misbehave, and those that are cut by a stop. Times pass at once here: the clock of
//! these tests jumps to the next timer whenever nothing else is to be done.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::{Gateway, PATIENCE, Setup, UNREACHABLE};

/// Sends `bytes`, then nothing, and reads until the other side closes.
async fn send_and_wait(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let closed = timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
    closed.expect("the other side closes").unwrap();
    answer
}

fn head(more: &str, body_bytes: usize) -> String {
    format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n{more}\
         Content-Length: {body_bytes}\r\n\r\n"
    )
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
    let answer = send_and_wait(gateway.address, &(head("", 100) + "{\"email\":")).await;
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
async fn a_caller_that_writes_all_of_a_large_body_before_it_reads_gets_to_know_why_it_is_refused() {
    let gateway = Gateway::start_with(&no_redis()).await;
    let size = 4 * 1024 * 1024;
    let request = format!("{}{}", head("Connection: close\r\n", size), "x".repeat(size));
    let answer = send_and_wait(gateway.address, &request).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_stop_lets_the_request_in_flight_finish_and_then_ends() {
    let gateway = Gateway::start().await;
    let body = r#"{"email": "ada@example.com", "password": "correct horse"}"#;
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    stream.write_all(head("Expect: 100-continue\r\n", body.len()).as_bytes()).await.unwrap();
    // Said when the handler waits for the body: the request is in flight.
    let mut go_on = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut go_on).await.unwrap();

    gateway.shutdown.request();
    while TcpStream::connect(gateway.address).await.is_ok() {}
    assert!(!gateway.served.is_finished(), "it waits for the request");
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "answered by the handler: {answer}");
    assert!(answer.contains("connection: close"), "no further request is invited: {answer}");
    timeout(PATIENCE, gateway.served).await.expect("ends after the last answer").unwrap();
}
