//! PostgreSQL: the pool, the migrations, and whether they fit this build.

use std::{collections::HashMap, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{ConfigError, Probe, Secret, Shutdown};

/// PostgreSQL's own limit is 100 connections by default, for all replicas of all services together.
const MAX_CONNECTIONS: u32 = 10;
/// A request that gets no connection by then fails, so that a queue can't grow without end.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// No statement of ours takes this long unless it waits for a lock that nobody will release.
const STATEMENT_TIMEOUT: &str = "5s";
const RETRY_EVERY: Duration = Duration::from_millis(500);

const ALLOWED: &str = "postgres://user:password@host:port/database";

/// Why a database can't be used by this build.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// A migration has not been applied.
    #[error("the database lacks migration {version} ({description}): apply the service's migrations first")]
    Behind {
        /// Which one.
        version: i64,
        /// Its name.
        description: String,
    },
    /// A migration was changed after it had been applied.
    #[error("migration {version} differs from the one that was applied: restore its file, add a new one")]
    Changed {
        /// Which one.
        version: i64,
    },
    /// Migrating failed.
    #[error("the migration failed ({0}): the database is as it was before that step")]
    Failed(#[from] MigrateError),
    /// The database can't be reached, or refused.
    #[error("the database can't be asked for its version ({0})")]
    Database(#[from] sqlx::Error),
}

/// A pool that connects when it is first used: a service starts without its database, says on
/// `/readyz` that it waits, and needs no restart when the database comes.
///
/// # Errors
/// [`ConfigError::Invalid`] when the URL is not PostgreSQL's.
pub fn pool(url: &Secret) -> Result<PgPool, ConfigError> {
    let options = connect_options(url)?.options([("statement_timeout", STATEMENT_TIMEOUT)]);
    Ok(PgPoolOptions::new()
        .max_connections(MAX_CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_lazy_with(options))
}

fn connect_options(url: &Secret) -> Result<PgConnectOptions, ConfigError> {
    let invalid = ConfigError::Invalid { name: "DATABASE_URL", allowed: ALLOWED };
    // sqlx would take any scheme for PostgreSQL's.
    if !["postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme)) {
        return Err(invalid);
    }
    let options = PgConnectOptions::from_str(url.expose()).map_err(|_| invalid)?;
    // Statements are spans already; a second record of each would only cost.
    Ok(options.disable_statement_logging())
}

/// For readiness. Straight on the pool: a probe makes no spans.
pub fn probe(pool: &PgPool) -> impl Fn() -> Probe + use<> {
    let pool = pool.clone();
    move || {
        let pool = pool.clone();
        Box::pin(async move {
            let asked = sqlx::query("SELECT 1").execute(&pool).await;
            asked.map(drop).map_err(|error| error.to_string())
        })
    }
}

/// Applies the migrations that are missing. Runs under an advisory lock: of two processes that
/// migrate at the same time one waits.
///
/// # Errors
/// [`SchemaError`]; what was applied before the failing step stays applied.
pub async fn migrate(url: &Secret, migrations: &Migrator) -> Result<(), SchemaError> {
    let options = connect_options(url).map_err(|error| sqlx::Error::Configuration(error.into()))?;
    let mut connection = PgConnection::connect_with(&options).await?;
    migrations.run(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Waits until the database answers, then compares its version with this build's migrations. A
/// database that is ahead is fine: during a rolling deployment it is. A stop ends the wait.
///
/// # Errors
/// [`SchemaError::Behind`] or [`SchemaError::Changed`].
pub async fn verify(pool: &PgPool, migrations: &Migrator, shutdown: &Shutdown) -> Result<(), SchemaError> {
    tokio::select! {
        applied = wait_for_checksums(pool) => compare(migrations, &applied),
        () = shutdown.requested() => Ok(()),
    }
}

async fn wait_for_checksums(pool: &PgPool) -> HashMap<i64, Vec<u8>> {
    loop {
        match applied_checksums(pool).await {
            Ok(applied) => return applied,
            Err(error) => {
                tracing::warn!(error = %error, "the database does not answer yet, asking again");
                tokio::time::sleep(RETRY_EVERY).await;
            }
        }
    }
}

fn compare(migrations: &Migrator, applied: &HashMap<i64, Vec<u8>>) -> Result<(), SchemaError> {
    for migration in migrations.iter() {
        match applied.get(&migration.version) {
            None => {
                let description = migration.description.to_string();
                return Err(SchemaError::Behind { version: migration.version, description });
            }
            Some(checksum) if checksum != migration.checksum.as_ref() => {
                return Err(SchemaError::Changed { version: migration.version });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

async fn applied_checksums(pool: &PgPool) -> Result<HashMap<i64, Vec<u8>>, sqlx::Error> {
    let migrated: bool =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(pool).await?;
    if !migrated {
        return Ok(HashMap::new());
    }
    let rows = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success")
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().collect())
}
