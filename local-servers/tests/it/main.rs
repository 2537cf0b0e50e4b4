//! The servers, started for real.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod postgres;
mod redis;
mod broker;
mod databases;
mod lifeline;
