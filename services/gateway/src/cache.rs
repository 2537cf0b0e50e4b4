//! All Redis of the service: counters for the limits. Without it every request passes: being without
//! limits for a while harms less than being closed.

use std::{
    slice,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chassis::{ConfigError, Probe, Secret};
use redis::{Cmd, RedisResult};
use telemetry::{Redis, Telemetry};

use crate::{error::Error, limits::Limit};

/// Counts on all keys, and answers the longest time in milliseconds until all are below their limit again;
/// 0 if they are. A script, because nothing can come between its lines: a counter that was increased and
/// not given its end would refuse for ever.
const COUNT: &str = "
local wait = 0
for i, key in ipairs(KEYS) do
    local count = redis.call('INCR', key)
    if count == 1 then redis.call('PEXPIRE', key, ARGV[2 * i]) end
    if count > tonumber(ARGV[2 * i - 1]) then wait = math.max(wait, 1, redis.call('PTTL', key)) end
end
return wait";

/// A counter that has ended meanwhile must not come back: it would have no end.
const GIVE_BACK: &str = "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('DECR', KEYS[1]) end";

#[derive(Clone)]
pub struct Cache {
    redis: Redis,
    telemetry: Telemetry,
    down: Arc<AtomicBool>,
}

impl Cache {
    pub fn new(url: &Secret, telemetry: &Telemetry) -> Result<Self, ConfigError> {
        let redis = chassis::cache::connect(url, telemetry)?;
        Ok(Self { redis, telemetry: telemetry.clone(), down: Arc::default() })
    }

    pub fn probe(&self) -> impl Fn() -> Probe + use<> {
        chassis::cache::probe(&self.redis, &self.telemetry)
    }

    /// Counts one more for each limit, in one round trip.
    pub async fn admit(&self, limits: &[Limit]) -> Result<(), Error> {
        let mut count = script(COUNT, limits);
        for limit in limits {
            count.arg(limit.max).arg(u64::try_from(limit.window.as_millis()).unwrap_or(u64::MAX));
        }
        let wait: RedisResult<u64> = count.query_async(&mut self.redis.clone()).await;
        match self.noting_outages(wait) {
            None | Some(0) => Ok(()),
            Some(milliseconds) => {
                Err(Error::TooManyRequests { retry_after: Duration::from_millis(milliseconds) })
            }
        }
    }

    /// Takes back one that [`Cache::admit`] counted.
    pub async fn give_back(&self, limit: &Limit) {
        let give_back = script(GIVE_BACK, slice::from_ref(limit));
        let given: RedisResult<()> = give_back.query_async(&mut self.redis.clone()).await;
        self.noting_outages(given);
    }

    /// Logged when it begins and when it ends: during an outage every request meets it.
    fn noting_outages<T>(&self, outcome: RedisResult<T>) -> Option<T> {
        match outcome {
            Ok(value) => {
                if self.down.load(Ordering::Relaxed) && self.down.swap(false, Ordering::Relaxed) {
                    tracing::info!("Redis answers again: requests are limited");
                }
                Some(value)
            }
            Err(error) => {
                if !self.down.swap(true, Ordering::Relaxed) {
                    tracing::warn!(error = %error, "Redis does not answer: requests are not limited");
                }
                None
            }
        }
    }
}

/// With its text each time. Sent by its hash, it would save some bytes, and fail once after each start
/// of Redis.
fn script(text: &str, limits: &[Limit]) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(text).arg(limits.len());
    for limit in limits {
        command.arg(&limit.key);
    }
    command
}
