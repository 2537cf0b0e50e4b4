//! The service over its real edge: messages on a broker (the mock cluster of librdkafka, an emulator
//! that speaks the real protocol) and a PostgreSQL database of its own for each test.
//!
//! What needs the orders service to answer is proven with the whole system, in the crate `e2e`.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;
mod dead_letters;
mod reservations;
mod partitions;
