//! Each mistake as it shows: both programs of a pair run as people would run them, against a collector, and
//! what arrives is what the pair's page says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod delivery;
mod gallery;
mod metrics;
mod pair;
mod settings;
mod spans;
mod traces;
