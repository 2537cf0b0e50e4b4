//! The service over its real edge: gRPC on a socket, PostgreSQL and Redis of their own for each test.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;
mod register;
mod authenticate;
mod get_user;
mod demo;
mod edge;
