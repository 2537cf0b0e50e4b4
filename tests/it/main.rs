//! The whole system over real wires: four processes, real PostgreSQL, real Redis, real sockets. The
//! broker is the mock cluster of librdkafka, an emulator that speaks the real protocol; what the
//! services export arrives at the same OTLP collector that `throughline up` has.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

#[path = "../../services/gateway/tests/it/json_schema.rs"]
mod json_schema;
mod system;
mod customer;
mod topic;
mod trace_contract;
mod negative_controls;
mod linked_traces;
mod conventions;
mod exemplars;
mod accounts;
mod orders;
mod live_orders;
mod described_answers;
mod redelivery;
mod cancellation;
mod crashes;
mod deploy;
mod readme;
mod house;
