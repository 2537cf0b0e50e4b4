//! Servers for tests: one of each for a test process, started at its first use and gone with it; a
//! database of its own for each test.

use std::{
    collections::HashMap,
    future::Future,
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU16, AtomicU64, Ordering},
    },
    thread,
};

use sqlx::{AssertSqlSafe, Connection, PgConnection, migrate::Migrator};
use tokio::sync::{Mutex, OnceCell};

use crate::{Durability, MockBroker, PostgresServer, RedisServer, ServerError, ports};

/// More than the tests of one process; an unused database costs some bytes.
const REDIS_DATABASES: u16 = 4096;

/// The PostgreSQL server of this test process. It writes nothing safely to disk.
///
/// # Panics
/// When it can't be started, with a sentence that says what to install.
pub fn postgres() -> &'static PostgresServer {
    static SERVER: OnceLock<PostgresServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        started(async {
            let folder = temporary_folder()?;
            let [port] = ports::free()?;
            PostgresServer::start(&folder, port, Durability::Disposable).await
        })
    })
}

/// The URL of an empty logical database of this test process's Redis; another one at each call.
///
/// # Panics
/// When Redis can't be started, or no database is left.
pub fn redis_url() -> String {
    static SERVER: OnceLock<RedisServer> = OnceLock::new();
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let server = SERVER.get_or_init(|| {
        started(async {
            let folder = temporary_folder()?;
            let [port] = ports::free()?;
            RedisServer::start_with_folder(&folder, port, REDIS_DATABASES, Some(&folder)).await
        })
    });
    let database = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(
        database < REDIS_DATABASES,
        "all {REDIS_DATABASES} Redis databases of this test process are used"
    );
    server.url(database)
}

/// A broker of its own for one test.
///
/// # Panics
/// When it can't be started.
pub fn broker(topics: &[(&str, i32)]) -> MockBroker {
    or_panic(MockBroker::start(topics))
}

/// A database of its own for one test, migrated; dropped with this value, also when the test panics.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    /// Makes a database with these migrations applied. They run once in a test process; every
    /// further database is a copy of the first.
    ///
    /// # Panics
    /// When the server or a migration fails.
    pub async fn create(migrations: &Migrator) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let template = or_panic(template(migrations).await);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        or_panic(execute(format!("CREATE DATABASE {name} TEMPLATE {template}")).await);
        let url = postgres().url(&name);
        Self { name, url }
    }

    /// Where it is, with the password.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A failure is not worth a second panic: the whole server goes with this process.
        let _ = on_own_thread(execute(statement));
    }
}

/// The name of a database with these migrations applied, made at the first call for them.
async fn template(migrations: &Migrator) -> Result<String, ServerError> {
    type Templates = HashMap<Vec<u8>, Arc<OnceCell<String>>>;
    static TEMPLATES: OnceLock<Mutex<Templates>> = OnceLock::new();
    let key = migrations.iter().flat_map(|migration| migration.checksum.to_vec()).collect();
    let mut templates = TEMPLATES.get_or_init(Mutex::default).lock().await;
    let number = templates.len();
    let cell = Arc::clone(templates.entry(key).or_default());
    // Two sets of migrations can be applied at the same time; only the same set waits.
    drop(templates);
    cell.get_or_try_init(|| migrated(format!("template_{number}"), migrations)).await.cloned()
}

async fn migrated(name: String, migrations: &Migrator) -> Result<String, ServerError> {
    execute(format!("CREATE DATABASE {name}")).await?;
    let mut connection = PgConnection::connect(&postgres().url(&name)).await?;
    migrations.run(&mut connection).await?;
    // A database in use can't be copied.
    connection.close().await?;
    Ok(name)
}

async fn execute(statement: String) -> Result<(), ServerError> {
    let mut connection = PgConnection::connect(&postgres().url("postgres")).await?;
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// The guard of the server in it removes it, so that no test process leaves files behind.
fn temporary_folder() -> Result<PathBuf, ServerError> {
    let folder = tempfile::Builder::new().prefix("throughline-test-").tempdir();
    Ok(folder.map_err(ServerError::io("making a temporary folder"))?.keep())
}

fn started<T: Send>(start: impl Future<Output = Result<T, ServerError>> + Send) -> T {
    or_panic(on_own_thread(start))
}

/// Blocks on `work` from anywhere: a thread that already drives a runtime can't block on another.
fn on_own_thread<T: Send>(
    work: impl Future<Output = Result<T, ServerError>> + Send,
) -> Result<T, ServerError> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.map_err(ServerError::io("starting a runtime"))?.block_on(work)
    };
    thread::scope(|scope| scope.spawn(run).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[allow(clippy::panic, reason = "tests fail by panicking, and the sentence says why")]
fn or_panic<T>(outcome: Result<T, ServerError>) -> T {
    outcome.unwrap_or_else(|error| panic!("{error}"))
}
