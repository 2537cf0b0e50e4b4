//! The stack of docker-compose.yml, asked and disturbed while it runs. `make test-stack` starts it, with one
//! trace in ten kept, and calls this:
//!
//! ```sh
//! TAIL_SAMPLING_PERCENTAGE=10 docker compose up --wait
//! cargo test --workspace --test stack -- --ignored --test-threads=1
//! ```
//!
//! One at a time: a test that stops Jaeger is no neighbour for one that asks it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the figures of a run are for people")]

mod stack;
mod sent_trace;
mod sampling;
mod collector;
mod memory;
mod metrics;
mod traffic;
mod rules;
mod alerts;
mod dashboards;
