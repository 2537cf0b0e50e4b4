//! What an operator may set. The comments are the manual: `--help` prints them.

use std::{net::SocketAddr, time::Duration};

use chassis::{ConfigError, Secret};

/// Orders over gRPC: catalogue, place, look up, settle. Publishes `orders.placed`.
#[derive(Debug, clap::Parser)]
#[command(version, after_help = SECRETS_HELP)]
pub struct Config {
    /// Where gRPC is served
    #[arg(long, env, default_value = "127.0.0.1:50052")]
    pub listen_addr: SocketAddr,

    /// Where /livez, /readyz and /log-level are served; never make it public
    #[arg(long, env, default_value = "127.0.0.1:9103")]
    pub admin_addr: SocketAddr,

    /// Kafka brokers to begin with: host:port, comma-separated
    #[arg(long, env, default_value = "127.0.0.1:9092")]
    pub kafka_brokers: String,

    /// Send an event again when its order has not been settled for this long, e.g. 5s. Off unless set:
    /// a broker that keeps its messages does not need it
    #[arg(long, env, value_parser = humantime::parse_duration)]
    pub outbox_resend_after: Option<Duration>,
}

const SECRETS_HELP: &str = "\
Secrets, from the environment only (or a file that NAME_FILE names):
  DATABASE_URL  postgres://user:password@host:port/orders
  REDIS_URL     redis://host:port/database";

/// Settings that are never printed.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The database `orders`.
    pub database_url: Secret,
    /// The cache.
    pub redis_url: Secret,
}

impl Secrets {
    /// Reads them from the environment.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(Self { database_url: chassis::secret("DATABASE_URL")?, redis_url: chassis::secret("REDIS_URL")? })
    }
}
