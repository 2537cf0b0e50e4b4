//! What an operator may set. The comments are the manual: `--help` prints them.

use std::net::SocketAddr;

use chassis::{ConfigError, Secret};
// <kafka>
use telemetry::MessagingTrace;
// </kafka>

// <no-kafka>
/// My things over gRPC: create, look up.
// </no-kafka>
// <both>
/// My things over gRPC: create, look up. Consumes `my-things.requested`.
// </both>
// <worker>
/// Consumes `my-things.requested`.
// </worker>
#[derive(Debug, clap::Parser)]
#[command(version, after_help = SECRETS_HELP)]
pub struct Config {
    // <grpc>
    /// Where gRPC is served
    #[arg(long, env, default_value = "127.0.0.1:50099")]
    pub listen_addr: SocketAddr,

    // </grpc>
    /// Where /livez, /readyz and /log-level are served; never make it public
    #[arg(long, env, default_value = "127.0.0.1:9199")]
    pub admin_addr: SocketAddr,
    // <kafka>

    /// Kafka brokers to begin with: host:port, comma-separated
    #[arg(long, env, default_value = "127.0.0.1:9092")]
    pub kafka_brokers: String,

    /// The consumer group; its members share the partitions
    #[arg(long, env, default_value = "my-things")]
    pub kafka_group_id: String,

    /// Static membership: unique for each replica. Unset: replicas may come and go
    #[arg(long, env)]
    pub kafka_group_instance_id: Option<String>,

    /// How long the partitions of a replica that died rest before the others get them, in milliseconds. Shorter,
    /// and a replica that is only slow loses its own; the broker sets the bounds, 6 s to 30 min by default
    #[arg(long, env, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(6_000..=1_800_000))]
    pub kafka_session_timeout_ms: u32,

    /// How long the broker may hold back a fetch while it has nothing, in milliseconds
    #[arg(long, env, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=300_000))]
    pub kafka_fetch_wait_max_ms: u32,

    /// Whether handling a message goes on in the trace that sent it, or in one of its own with a link back
    #[arg(long, env, default_value = "parent", value_name = "parent|link")]
    pub messaging_trace: MessagingTrace,
    // </kafka>
}

// <grpc>
const SECRETS_HELP: &str = "\
Secrets, from the environment only (or a file that NAME_FILE names):
  DATABASE_URL  postgres://user:password@host:port/my_things
  REDIS_URL     redis://host:port/database";
// </grpc>
// <worker>
const SECRETS_HELP: &str = "\
Secrets, from the environment only (or a file that NAME_FILE names):
  DATABASE_URL  postgres://user:password@host:port/my_things";
// </worker>

/// Settings that are never printed.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The database `my_things`.
    pub database_url: Secret,
    // <grpc>
    /// The cache.
    pub redis_url: Secret,
    // </grpc>
}

impl Secrets {
    /// Reads them from the environment.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            database_url: chassis::secret("DATABASE_URL")?,
            // <grpc>
            redis_url: chassis::secret("REDIS_URL")?,
            // </grpc>
        })
    }
}
