//! All Redis of the service. The cache may fail at any time: then the database answers, and only the
//! trace and the logs know.

use chassis::{ConfigError, Probe, Secret};
use redis::{AsyncCommands, RedisResult};
use telemetry::{CacheLookups, Operation, Redis, Telemetry};

use crate::my_things::{MyThing, MyThingId};

/// How long an answer may be older than the database.
const TTL_SECONDS: u64 = 60;

#[derive(Clone)]
pub struct Cache {
    redis: Redis,
    lookups: CacheLookups,
    telemetry: Telemetry,
}

impl Cache {
    pub fn new(url: &Secret, telemetry: &Telemetry) -> Result<Self, ConfigError> {
        let redis = chassis::cache::connect(url, telemetry)?;
        Ok(Self { redis, lookups: telemetry.cache("my_thing"), telemetry: telemetry.clone() })
    }

    pub fn probe(&self) -> impl Fn() -> Probe + use<> {
        chassis::cache::probe(&self.redis, &self.telemetry)
    }

    pub async fn find(&self, id: MyThingId) -> Option<MyThing> {
        let found: RedisResult<Option<Vec<u8>>> = self.redis.clone().get(key(id)).await;
        match found {
            // What can't be read was written by another version: it is filled anew.
            Ok(bytes) => self.lookups.found(bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok())),
            Err(error) => {
                self.lookups.error();
                Operation::DbClientOperation
                    .exception(&error, "the cache does not answer; the database does");
                None
            }
        }
    }

    pub async fn fill(&self, found: &MyThing) {
        let Ok(bytes) = serde_json::to_vec(found) else { return };
        let filled: RedisResult<()> = self.redis.clone().set_ex(key(found.id), bytes, TTL_SECONDS).await;
        if let Err(error) = filled {
            Operation::DbClientOperation.exception(&error, "the cache was not filled");
        }
    }
}

/// Services may share a database of Redis: the prefix keeps their keys apart.
fn key(id: MyThingId) -> String {
    format!("my_thing:{id}")
}
