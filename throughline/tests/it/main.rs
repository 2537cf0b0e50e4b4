//! The viewer and `up`, from outside: real exporters, real sockets, real processes.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod exporting;
mod http_call;
mod viewer_otlp;
mod viewer_query;
mod viewer_logs;
mod viewer_command;
mod viewer_trace;
mod program;
mod up;
mod up_telemetry;
mod demo;
mod operations;
mod checkout_copy;
mod new;
