//! The private servers: PostgreSQL with a database for each service, Redis, Kafka, the trace viewer.

use std::collections::BTreeMap;

use local_servers::{Durability, MockBroker, PostgresServer, RedisServer};

use super::{Addresses, StateFolder, UpError};
use crate::{service_list::SERVICES, viewer::Viewer};

/// Three partitions: enough to see that orders are spread, cheap enough to wait for.
const TOPICS: &[(&str, i32)] = &[("orders.placed", 3), ("orders.placed.dead-letter", 1)];
/// Services keep their keys apart by prefix; one database is enough.
const REDIS_DATABASES: u16 = 1;

#[derive(Debug)]
pub(super) struct Servers {
    pub(super) postgres: PostgresServer,
    pub(super) redis: RedisServer,
    pub(super) broker: MockBroker,
    pub(super) viewer: Viewer,
    /// URLs by database name.
    pub(super) databases: BTreeMap<&'static str, String>,
}

impl Servers {
    /// Starts all of them; the databases are there when this returns, and perhaps empty.
    pub(super) async fn start(folder: &StateFolder, addresses: &Addresses) -> Result<Self, UpError> {
        // A missing program is found before another one has been started.
        local_servers::postgres_programs()?;
        local_servers::redis_program()?;
        let viewer = Viewer::start(addresses.otlp_grpc, addresses.otlp_http, addresses.ui).await?;
        let broker = MockBroker::start(TOPICS)?;
        let (postgres_folder, redis_folder) = (folder.join("postgres"), folder.join("redis"));
        let (postgres, redis) = tokio::try_join!(
            PostgresServer::start(&postgres_folder, addresses.postgres_port, Durability::Durable),
            RedisServer::start(&redis_folder, addresses.redis_port, REDIS_DATABASES),
        )?;
        let mut databases = BTreeMap::new();
        for database in SERVICES.iter().filter_map(|service| service.database.as_ref()) {
            postgres.create_database(database.name).await?;
            databases.insert(database.name, postgres.url(database.name));
        }
        Ok(Self { postgres, redis, broker, viewer, databases })
    }

    /// In the reverse order of need: what the services talk to goes first.
    pub(super) async fn stop(self) {
        drop(self.viewer);
        drop(self.broker);
        self.redis.stop().await;
        self.postgres.stop().await;
    }
}
