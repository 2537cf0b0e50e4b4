//! Redis, which every service can do without: short timeouts, no waiting at the start.

use std::time::Duration;

use redis::{
    Client, RedisError, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use telemetry::{Redis, Telemetry};

use crate::{ConfigError, Probe, Secret};

/// A cache that is slower than the database it protects is of no use.
const TIMEOUT: Duration = Duration::from_millis(250);

/// A traced connection that is made when first used and makes itself anew after a failure.
///
/// # Errors
/// [`ConfigError::Invalid`] when the URL is not Redis's.
pub fn connect(url: &Secret, telemetry: &Telemetry) -> Result<Redis, ConfigError> {
    let invalid = |_: RedisError| ConfigError::Invalid { name: "REDIS_URL", allowed: "redis://host:port/db" };
    let client = Client::open(url.expose()).map_err(invalid)?;
    let info = client.get_connection_info().clone();
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(TIMEOUT))
        .set_response_timeout(Some(TIMEOUT))
        // The caller goes on without the cache; it does not wait for a reconnect.
        .set_number_of_retries(1);
    let manager = ConnectionManager::new_lazy_with_config(client, config).map_err(invalid)?;
    Ok(telemetry.redis(manager, &info))
}

/// For readiness; makes no spans.
pub fn probe(redis: &Redis, telemetry: &Telemetry) -> impl Fn() -> Probe + use<> {
    let (redis, telemetry) = (redis.clone(), telemetry.clone());
    move || {
        let (mut redis, telemetry) = (redis.clone(), telemetry.clone());
        Box::pin(async move {
            let ping = redis::cmd("PING");
            let asked: RedisResult<String> = telemetry.unrecorded(ping.query_async(&mut redis)).await;
            asked.map(drop).map_err(|error| error.to_string())
        })
    }
}
