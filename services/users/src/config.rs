//! What an operator may set. The comments are the manual: `--help` prints them.

use std::net::SocketAddr;

use chassis::{ConfigError, Secret};

/// Accounts over gRPC: register, authenticate, look up.
#[derive(Debug, clap::Parser)]
#[command(version, after_help = SECRETS_HELP)]
pub struct Config {
    /// Where gRPC is served
    #[arg(long, env, default_value = "127.0.0.1:50051")]
    pub listen_addr: SocketAddr,

    /// Where /livez, /readyz and /log-level are served; never make it public
    #[arg(long, env, default_value = "127.0.0.1:9102")]
    pub admin_addr: SocketAddr,

    /// Make an account that everybody knows: demo@example.com, password demo-password. Only for a system
    /// that nobody else reaches. The variable is true or false
    #[arg(long, env)]
    pub demo: bool,
}

const SECRETS_HELP: &str = "\
Secrets, from the environment only (or a file that NAME_FILE names):
  DATABASE_URL  postgres://user:password@host:port/users
  REDIS_URL     redis://host:port/database";

/// Settings that are never printed.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The database `users`.
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
