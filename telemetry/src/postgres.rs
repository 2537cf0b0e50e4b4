//! Postgres through sqlx: one `CLIENT` span and one duration for each statement, `BEGIN`, `COMMIT`
//! and `ROLLBACK` included.

mod pool;
mod pool_statement;
mod statement;
mod rows;
mod copy;
mod transaction;
mod error;

pub use transaction::Transaction;

use opentelemetry::{
    Context, KeyValue,
    trace::{SpanBuilder, SpanKind},
};
use sqlx::{Executor, PgPool};

use crate::{
    Telemetry,
    hop::{Duration, Edge, Hop},
    names,
    postgres::{
        pool::{Held, MeasuredPool},
        pool_statement::NamedOnPool,
    },
};

/// Not told, since every client would guess it (`server.port` is for other ports only).
const DEFAULT_PORT: u16 = 5432;

const DURATION: Duration = Duration {
    name: names::DB_CLIENT_OPERATION_DURATION,
    description: "Duration of database client operations.",
    buckets: &names::DATABASE_BUCKETS,
};

impl Telemetry {
    /// Traces what goes through `pool`, and measures the pool: `db.client.connection.count` (by state),
    /// `.max`, `.idle.min`, `.pending_requests`, `.timeouts`, `.wait_time` and `.use_time` (s). Its name
    /// is what the convention makes of its address, `host:port/database`. What is acquired from the pool
    /// past this handle is counted, and its waits are not seen.
    ///
    /// `db.namespace` is the database that the pool was given when
    /// it was made, and no schema: a connection's search path may change.
    pub fn postgres(&self, pool: PgPool) -> Postgres {
        let options = pool.connect_options();
        let database = options.get_database().unwrap_or_else(|| options.get_username());
        let name = format!("{}:{}/{database}", options.get_host(), options.get_port());
        self.postgres_pool(pool, name)
    }

    /// The same with a name (`db.client.connection.pool.name`) that tells two pools of one database
    /// apart, one for requests and one for reports.
    pub fn postgres_pool(&self, pool: PgPool, name: impl Into<String>) -> Postgres {
        let edge = Edge::new(&self.inner, names::SCOPE_POSTGRES, &DURATION);
        let options = pool.connect_options();
        let mut server = vec![
            KeyValue::new(names::DB_SYSTEM_NAME, "postgresql"),
            KeyValue::new(names::SERVER_ADDRESS, options.get_host().to_owned()),
        ];
        let database = options.get_database().unwrap_or_else(|| options.get_username());
        server.push(KeyValue::new(names::DB_NAMESPACE, database.to_owned()));
        if options.get_port() != DEFAULT_PORT {
            server.push(KeyValue::new(names::SERVER_PORT, i64::from(options.get_port())));
        }
        let pool = MeasuredPool::new(pool, name.into(), edge.meter());
        Postgres { pool, statements: Statements { edge, server: server.into() } }
    }
}

/// A traced pool of connections; cheap to clone.
#[derive(Clone)]
pub struct Postgres {
    pub(crate) pool: MeasuredPool,
    pub(crate) statements: Statements,
}

impl Postgres {
    /// Where to run the next statement, which `summary` names: its operations and tables, low in
    /// cardinality, e.g. `SELECT users`. It becomes the span's name and `db.query.summary`;
    /// `db.query.text` is the statement with its placeholders, never a value. Waiting for a free
    /// connection counts; how much of it was waiting is `throughline.db.connection.wait_time` (s).
    ///
    /// ```no_run
    /// # async fn find(db: telemetry::Postgres, id: i64) -> Result<(), sqlx::Error> {
    /// let email: Option<String> = sqlx::query_scalar("SELECT email FROM users WHERE id = $1")
    ///     .bind(id)
    ///     .fetch_optional(db.named("SELECT users"))
    ///     .await?;
    /// # Ok(()) }
    /// ```
    pub fn named(&self, summary: &'static str) -> impl Executor<'_, Database = sqlx::Postgres> {
        NamedOnPool::new(&self.pool, summary, &self.statements)
    }

    /// Begins a transaction; a span `BEGIN`, which waits for a free connection.
    ///
    /// # Errors
    /// When no connection could be had in time, or the server refused.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        let mut hop = self.statements.start("BEGIN", "BEGIN");
        let begun = self.begin_in(&hop).await;
        hop.finish(error::end(begun.as_ref().err()));
        begun
    }

    async fn begin_in(&self, hop: &Hop) -> Result<Transaction, sqlx::Error> {
        let Held { connection, in_use } = self.pool.acquire(hop).await?;
        // What `Pool::begin` does once it has a connection.
        let begun = sqlx::Transaction::begin(connection, None).await?;
        Ok(Transaction::new(begun, in_use, self.statements.clone()))
    }

    /// The pool itself, for what is not to be traced: migrations, probes, a listener.
    pub fn pool(&self) -> &PgPool {
        self.pool.inner()
    }
}

/// What the spans of one database share.
#[derive(Debug, Clone)]
pub(crate) struct Statements {
    edge: Edge,
    server: std::sync::Arc<[KeyValue]>,
}

impl Statements {
    pub(crate) fn start(&self, summary: &'static str, text: &str) -> Hop {
        let mut labels = self.server.to_vec();
        labels.push(KeyValue::new(names::DB_QUERY_SUMMARY, summary));
        let mut attributes = labels.clone();
        attributes.push(KeyValue::new(names::DB_QUERY_TEXT, text.to_owned()));
        let builder = SpanBuilder::from_name(summary).with_kind(SpanKind::Client).with_attributes(attributes);
        self.edge.start(&Context::current(), builder, labels)
    }

    /// Runs one of the statements that sqlx has a method for.
    pub(crate) async fn run<T>(
        &self,
        statement: &'static str,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        let mut hop = self.start(statement, statement);
        let result = work.await;
        hop.finish(error::end(result.as_ref().err()));
        result
    }
}
