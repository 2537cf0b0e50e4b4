use local_servers::testing::TestDatabase;
use opentelemetry::trace::{SpanKind, Status};
use sqlx::{
    migrate::Migrator,
    postgres::{PgPool, PgPoolOptions},
};
use telemetry::{Postgres, testing::Recorder};
use tokio_stream::StreamExt;

use crate::recorded::{PATIENCE, attribute, durations, names, span, text};

struct Database {
    db: Postgres,
    recorder: Recorder,
    port: i64,
    name: String,
    _database: TestDatabase,
}

async fn database() -> Database {
    let empty = Migrator::with_migrations(Vec::new());
    let database = TestDatabase::create(&empty).await;
    let pool: PgPool = PgPoolOptions::new().max_connections(2).connect(database.url()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE users (id bigint PRIMARY KEY, email text)").execute(&pool).await.unwrap();
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let options = pool.connect_options();
    let (port, name) = (i64::from(options.get_port()), options.get_database().unwrap().to_owned());
    Database { db: telemetry.postgres(pool), recorder, port, name, _database: database }
}

#[tokio::test]
async fn a_statement_is_a_client_span_with_its_text_and_no_values() {
    let Database { db, recorder, port, name, _database } = database().await;
    let insert = "INSERT INTO users (id, email) VALUES ($1, $2)";
    let done = sqlx::query(insert)
        .bind(7_i64)
        .bind("ada@example.org")
        .execute(db.named("INSERT users"))
        .await
        .unwrap();
    assert_eq!(done.rows_affected(), 1);
    let span = span(&recorder, "INSERT users").await;
    assert_eq!(span.span_kind, SpanKind::Client);
    for (key, value) in [
        ("db.system.name", "postgresql"),
        ("db.query.summary", "INSERT users"),
        ("db.query.text", insert),
        ("db.namespace", name.as_str()),
        ("server.address", "127.0.0.1"),
    ] {
        assert_eq!(attribute(&span, key), text(value), "{key}");
    }
    assert_eq!(attribute(&span, "server.port"), Some(port.into()));
    for absent in ["error.type", "throughline.cancelled"] {
        assert_eq!(attribute(&span, absent), None, "{absent}");
    }
    assert!(!format!("{span:?}").contains("ada@"), "a value was recorded");
}

#[tokio::test]
async fn rows_come_through_however_they_are_fetched() {
    let Database { db, recorder, _database, .. } = database().await;
    sqlx::query("INSERT INTO users SELECT g, 'e' FROM generate_series(1, 3) g")
        .execute(db.named("INSERT users"))
        .await
        .unwrap();
    let query =
        || sqlx::query_scalar::<_, i64>("SELECT id FROM users WHERE id >= $1 ORDER BY id").bind(2_i64);
    assert_eq!(query().fetch_all(db.named("all")).await.unwrap(), [2, 3]);
    assert_eq!(query().fetch_one(db.named("one")).await.unwrap(), 2);
    assert_eq!(query().fetch_optional(db.named("optional")).await.unwrap(), Some(2));
    let streamed: Vec<_> = query().fetch(db.named("stream")).collect::<Vec<_>>().await;
    assert_eq!(streamed.len(), 2);
    assert_eq!(names(&recorder.spans()), ["INSERT users", "all", "one", "optional", "stream"]);
}

#[tokio::test]
async fn no_row_is_an_answer_and_no_error() {
    let Database { db, recorder, _database, .. } = database().await;
    let one = sqlx::query("SELECT id FROM users").fetch_one(db.named("SELECT users")).await;
    assert!(matches!(one, Err(sqlx::Error::RowNotFound)));
    let span = span(&recorder, "SELECT users").await;
    assert_eq!((attribute(&span, "error.type"), span.status), (None, Status::Unset));
}

#[tokio::test]
async fn an_error_of_the_server_is_its_sqlstate_on_span_and_duration() {
    let Database { db, recorder, _database, .. } = database().await;
    let insert = || sqlx::query("INSERT INTO users (id) VALUES (1)");
    insert().execute(db.named("INSERT users")).await.unwrap();
    insert().execute(db.named("INSERT again")).await.unwrap_err();
    let span = span(&recorder, "INSERT again").await;
    assert_eq!(attribute(&span, "db.response.status_code"), text("23505"));
    assert_eq!(attribute(&span, "error.type"), text("23505"));
    assert!(matches!(&span.status, Status::Error { description } if description.contains("users_pkey")));
    let series = durations(&recorder, "db.client.operation.duration");
    let failed = series.iter().find(|series| series.label("error.type").is_some()).unwrap();
    assert_eq!(failed.label("db.response.status_code"), text("23505"));
    assert_eq!(failed.bounds, [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0]);
    assert_eq!(failed.label("db.query.text"), None);
}

#[tokio::test]
async fn an_error_that_quotes_a_value_does_not_show_it() {
    let Database { db, recorder, _database, .. } = database().await;
    let cast = sqlx::query("SELECT $1::text::bigint").bind("my secret").execute(db.named("SELECT")).await;
    assert!(cast.unwrap_err().to_string().contains("my secret"), "the server quotes it");
    let span = span(&recorder, "SELECT").await;
    assert_eq!(attribute(&span, "error.type"), text("22P02"));
    assert!(!format!("{span:?}").contains("my secret"), "{span:#?}");
}

#[tokio::test]
async fn a_transaction_shows_its_beginning_and_its_end() {
    let Database { db, recorder, _database, .. } = database().await;
    let mut transaction = db.begin().await.unwrap();
    let insert = sqlx::query("INSERT INTO users (id) VALUES (1)");
    insert.execute(transaction.named("INSERT users")).await.unwrap();
    transaction.commit().await.unwrap();
    let mut transaction = db.begin().await.unwrap();
    sqlx::query("DELETE FROM users").execute(transaction.named("DELETE users")).await.unwrap();
    transaction.rollback().await.unwrap();
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(db.named("SELECT users")).await.unwrap();
    assert_eq!(kept, 1);
    assert_eq!(
        names(&recorder.spans()),
        ["BEGIN", "INSERT users", "COMMIT", "BEGIN", "DELETE users", "ROLLBACK", "SELECT users"]
    );
    assert_eq!(attribute(&recorder.spans()[0], "db.query.text"), text("BEGIN"));
}

#[tokio::test]
async fn statements_nest_under_what_runs() {
    let Database { db, recorder, _database, .. } = database().await;
    let (telemetry, outer) = Recorder::new(telemetry::service!());
    telemetry
        .batch("request", &[], async { sqlx::query("SELECT 1").execute(db.named("SELECT")).await.unwrap() })
        .await;
    let (request, statement) = (span(&outer, "request").await, span(&recorder, "SELECT").await);
    assert_eq!(statement.parent_span_id, request.span_context.span_id());
}

#[tokio::test]
async fn a_pool_without_a_free_connection_is_an_error_with_a_name() {
    let Database { db, recorder, _database, .. } = database().await;
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        .connect_with((*db.pool().connect_options()).clone())
        .await
        .unwrap();
    let (telemetry, own) = Recorder::new(telemetry::service!());
    let db = telemetry.postgres(pool);
    let held = db.begin().await.unwrap();
    // From here on nothing but the end of the wait can happen: a stopped clock goes there at once.
    tokio::time::pause();
    assert!(sqlx::query("SELECT 1").execute(db.named("SELECT")).await.is_err());
    assert_eq!(attribute(&span(&own, "SELECT").await, "error.type"), text("pool_timed_out"));
    drop((held, recorder));
}
