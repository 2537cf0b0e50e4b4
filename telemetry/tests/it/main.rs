//! Everything over real sockets: axum and tonic servers on free ports, a private PostgreSQL and
//! Redis, the broker of librdkafka, an OTLP collector. Each test has providers of its own; what needs
//! the process's globals runs in a child process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod child;
mod scenarios;
mod recorded;
mod greeter;

mod http_server;
mod http_trust;
mod grpc;
mod grpc_deadline;
mod context;
mod postgres;
mod redis;
mod kafka;
mod export;
mod shutdown;
mod logs;
mod environment;
mod collector;
mod assertions;
mod conventions;
