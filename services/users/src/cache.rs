//! All Redis of the service. The cache may fail at any time: then the database answers, and only the
//! trace and the logs know.

use chassis::{ConfigError, Secret};
use redis::{AsyncCommands, RedisResult};
use telemetry::{CacheLookups, Operation, Redis, Telemetry};

use crate::accounts::{User, UserId};

/// How long a suspended account may still order.
const USER_TTL_SECONDS: u64 = 60;

#[derive(Clone)]
pub struct Cache {
    redis: Redis,
    users: CacheLookups,
    telemetry: Telemetry,
}

impl Cache {
    pub fn new(url: &Secret, telemetry: &Telemetry) -> Result<Self, ConfigError> {
        let redis = chassis::cache::connect(url, telemetry)?;
        Ok(Self { redis, users: telemetry.cache("user"), telemetry: telemetry.clone() })
    }

    pub fn probe(&self) -> impl Fn() -> chassis::Probe + use<> {
        chassis::cache::probe(&self.redis, &self.telemetry)
    }

    pub async fn user(&self, id: UserId) -> Option<User> {
        let found: RedisResult<Option<Vec<u8>>> = self.redis.clone().get(key(id)).await;
        match found {
            // What can't be read was written by another version: it is filled anew.
            Ok(bytes) => self.users.found(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok())),
            Err(error) => {
                self.users.error();
                Operation::DbClientOperation
                    .exception(&error, "the cache does not answer; the database does");
                None
            }
        }
    }

    pub async fn fill_user(&self, user: &User) {
        let Ok(bytes) = serde_json::to_vec(user) else { return };
        let filled: RedisResult<()> = self.redis.clone().set_ex(key(user.id), bytes, USER_TTL_SECONDS).await;
        if let Err(error) = filled {
            Operation::DbClientOperation.exception(&error, "the cache was not filled");
        }
    }
}

fn key(id: UserId) -> String {
    format!("user:{id}")
}
