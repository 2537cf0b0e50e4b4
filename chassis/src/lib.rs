//! What every service needs that is not its business.
//!
//! A process lives like this: [`main`] reads the configuration (exit code 64 when it is wrong), starts
//! telemetry and the runtime, and calls the service's `run`. That binds its addresses with [`listen`],
//! connects its stores ([`database`], [`cache`], [`kafka`]) and neighbours ([`channel`]), says in
//! [`Readiness`] what it depends on, and serves ([`serve_grpc`], [`serve_admin`]) until [`Shutdown`]
//! is requested. Then requests in flight are answered, telemetry is flushed, and the process ends.

mod process;
mod memory;
mod config;
mod error;
mod shutdown;
mod listen;
mod readiness;
mod admin;
mod readiness_client;
pub mod database;
pub mod notifications;
pub mod retention;
pub mod cache;
pub mod kafka;
mod grpc_server;
mod grpc_channel;
mod problem;

pub use admin::serve_admin;
pub use config::{ConfigError, secret};
pub use error::StartError;
pub use grpc_channel::channel;
pub use grpc_server::serve_grpc;
pub use listen::listen;
pub use problem::Problem;
pub use process::{main, run, run_with};
pub use readiness::{Probe, Readiness, ReadinessReport};
pub use readiness_client::ask_readiness;
pub use shutdown::Shutdown;
pub use telemetry::Secret;
