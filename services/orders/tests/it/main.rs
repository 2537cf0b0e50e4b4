//! The service over its real edge: gRPC on a socket, PostgreSQL, Redis and a broker of their own for
//! each test. The broker is the mock cluster of librdkafka: an emulator that speaks the real protocol.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;
mod place;
mod idempotency;
mod get;
mod settle;
mod cancel;
mod list;
mod watch;
mod outbox;
mod outbox_size;
mod retention;
mod edge;
mod configuration;
