//! Why a service could not start, or had to stop.

use std::{io, net::SocketAddr, time::Duration};

use crate::{ConfigError, database::SchemaError};

/// Ends the process. [`StartError::Config`] with exit code 64, everything else with 1.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is missing or wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Telemetry could not be set up.
    #[error(transparent)]
    Telemetry(#[from] telemetry::InitError),
    /// The async runtime could not start.
    #[error("the runtime can't start ({0}): the machine may be out of threads or memory")]
    Runtime(io::Error),
    /// Signals can't be handled.
    #[error("signal handlers can't be installed ({0})")]
    Signals(io::Error),
    /// An address can't be bound.
    #[error("can't listen on {address} ({source}): stop the program that uses it, or set {variable}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// The variable that changes it.
        variable: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// The database is not at the version that this build needs.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A Kafka client can't be built from the settings.
    #[error("the Kafka client can't be set up ({0}): check KAFKA_BROKERS and the other KAFKA_* variables")]
    Kafka(#[from] rdkafka::error::KafkaError),
    /// A server stopped by itself.
    #[error("the {server} server stopped ({reason})")]
    Serve {
        /// Which one.
        server: &'static str,
        /// What it said.
        reason: String,
    },
    /// A bug: the service's main task panicked.
    #[error("the service ended by a panic ({0}): please report it")]
    Panicked(String),
    /// Requests in flight did not end in time after a stop was asked for.
    #[error("requests were still running {0:?} after the stop was asked for, and were cut off")]
    Overdue(Duration),
}
