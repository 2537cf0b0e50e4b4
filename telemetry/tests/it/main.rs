//! Everything over real sockets: axum and tonic servers on free ports, a private PostgreSQL and
//! Redis, the broker of librdkafka, an OTLP collector. Each test has providers of its own; what needs
//! the process's globals runs in a child process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod collector;
mod child;
mod scenarios;
mod environment_scenarios;
mod wire_collector;
mod certificates;
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
mod start_line;
mod otlp_environment;
mod otlp_tls;
mod batch_environment;
mod limits;
mod console;
mod sampling;
mod identity;
