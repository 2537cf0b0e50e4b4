// <grpc>
//! The service over its real edge: gRPC on a socket, PostgreSQL and Redis of their own for each test.
// </grpc>
// <kafka>
//! The broker is the mock cluster of librdkafka, an emulator that speaks the real protocol.
// </kafka>

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;
// <kafka>
mod broker;
// </kafka>
// <grpc>
mod calls;
mod edge;
// </grpc>
// <kafka>
mod messages;
// </kafka>
mod configuration;
mod trace;
