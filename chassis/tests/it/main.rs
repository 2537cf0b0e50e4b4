//! What every service relies on, over real sockets and a real PostgreSQL.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod admin;
mod schema;
mod notifications;
mod listening;
