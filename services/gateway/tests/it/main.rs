//! The gateway over real sockets, with a real Redis. What needs an answer of users or orders is tested
//! with the whole system, in the crate `e2e`: here the neighbours can't be reached, or never answer.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod support;
mod json_schema;
mod schema_examples;
mod described;
mod input;
mod tokens;
mod limits;
mod outages;
mod connections;
mod openapi;
mod documentation;
mod trace;
mod configuration;
mod saturation;
