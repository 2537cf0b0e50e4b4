//! What an operator may set. The comments are the manual: `--help` prints them.

use std::{net::SocketAddr, time::Duration};

use chassis::{ConfigError, Secret};
use http::Uri;
use telemetry::TrustInbound;

/// The public HTTP API: accounts, catalogue, orders.
#[derive(Debug, clap::Parser)]
#[command(version, after_help = SECRETS_HELP)]
pub struct Config {
    /// Where the public API is served
    #[arg(long, env, default_value = "127.0.0.1:8080")]
    pub listen_addr: SocketAddr,

    /// Where /livez, /readyz and /log-level are served; never make it public
    #[arg(long, env, default_value = "127.0.0.1:9101")]
    pub admin_addr: SocketAddr,

    /// The replicas of users: http://host:port, comma-separated
    #[arg(long, env, default_value = "http://127.0.0.1:50051", value_delimiter = ',', value_parser = replica)]
    pub users_url: Vec<Uri>,

    /// The replicas of orders: http://host:port, comma-separated
    #[arg(long, env, default_value = "http://127.0.0.1:50052", value_delimiter = ',', value_parser = replica)]
    pub orders_url: Vec<Uri>,

    /// Whether a caller's traceparent is continued (always) or only linked to (never). With always anybody
    /// who reaches the API decides what is sampled
    #[arg(long, env, default_value = "never", value_name = "never|always")]
    pub trust_inbound_trace: TrustInbound,

    /// How long a stream of an order's events lasts, 5m at most. Shorter than what a proxy in front cuts off:
    /// so the end is a clean one, and the watcher comes back
    #[arg(long, env, default_value = "5m", value_parser = events_max_duration)]
    pub events_max_duration: Duration,
}

const SECRETS_HELP: &str = "\
Secrets, from the environment only (or a file that NAME_FILE names):
  REDIS_URL  redis://host:port/database
  JWT_KEYS   kid:key, comma-separated. The first signs tokens, all verify them: put a new key in front, and
             remove the old one an hour later. A key is 32 bytes or more in base64url, e.g. from
             openssl rand -base64 32 | tr '+/' '-_'";

fn events_max_duration(text: &str) -> Result<Duration, &'static str> {
    let allowed = Duration::from_secs(1)..=Duration::from_secs(5 * 60);
    let duration = humantime::parse_duration(text).ok().filter(|duration| allowed.contains(duration));
    duration.ok_or("1s to 5m is expected")
}

fn replica(text: &str) -> Result<Uri, &'static str> {
    let url: Uri = text.trim().parse().map_err(|_| "http://host:port is expected")?;
    match (url.scheme_str(), url.port()) {
        (Some("http"), Some(_)) => Ok(url),
        _ => Err("http://host:port is expected"),
    }
}

/// Settings that are never printed.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// Where requests are counted.
    pub redis_url: Secret,
    /// What signs and verifies tokens.
    pub jwt_keys: Secret,
}

impl Secrets {
    /// Reads them from the environment.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(Self { redis_url: chassis::secret("REDIS_URL")?, jwt_keys: chassis::secret("JWT_KEYS")? })
    }
}
