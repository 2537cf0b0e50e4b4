use bytes::Bytes;
use local_servers::testing::TestDatabase;
use sqlx::{migrate::Migrator, postgres::PgPoolOptions};
use telemetry::{Postgres, testing::Recorder};
use tokio_stream::StreamExt;

use crate::recorded::{attribute, names, span, text};

async fn database() -> (Postgres, Recorder, TestDatabase) {
    let database = TestDatabase::create(&Migrator::with_migrations(Vec::new())).await;
    let pool = PgPoolOptions::new().max_connections(1).connect(database.url()).await.unwrap();
    sqlx::raw_sql("CREATE TABLE users (id bigint PRIMARY KEY)").execute(&pool).await.unwrap();
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    (telemetry.postgres(pool), recorder, database)
}

const IN: &str = "COPY users FROM STDIN";

#[tokio::test]
async fn rows_are_copied_in_and_out_each_in_one_span() {
    let (db, recorder, _database) = database().await;
    let pieces = ["1\n2", "\n3\n"].map(|piece| Ok(Bytes::from_static(piece.as_bytes())));
    assert_eq!(db.copy_in("COPY users", IN, tokio_stream::iter(pieces)).await.unwrap(), 3);
    let mut out = db.copy_out("COPY out", "COPY users TO STDOUT");
    let first = out.next().await.unwrap().unwrap();
    assert_eq!(names(&recorder.spans()), ["COPY users"], "the second has not ended");
    let rest: Vec<Bytes> = out.map(Result::unwrap).collect().await;
    assert_eq!([&[first][..], &rest].concat().concat(), b"1\n2\n3\n");
    let span = span(&recorder, "COPY out").await;
    assert_eq!(attribute(&span, "db.query.text"), text("COPY users TO STDOUT"));
    assert_eq!((attribute(&span, "error.type"), attribute(&span, "throughline.cancelled")), (None, None));
}

#[tokio::test]
async fn a_source_that_fails_takes_the_whole_copy_back() {
    let (db, recorder, _database) = database().await;
    let pieces = [Ok(Bytes::from_static(b"1\n")), Err(std::io::Error::other("the file is gone"))];
    db.copy_in("COPY users", IN, tokio_stream::iter(pieces)).await.unwrap_err();
    assert_eq!(attribute(&span(&recorder, "COPY users").await, "error.type"), text("io"));
    let count: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(db.named("SELECT users")).await.unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn a_copy_that_the_server_refuses_is_its_sqlstate() {
    let (db, recorder, _database) = database().await;
    let refused = db.copy_out("COPY nothing", "COPY nothing TO STDOUT").next().await.unwrap();
    refused.unwrap_err();
    assert_eq!(attribute(&span(&recorder, "COPY nothing").await, "error.type"), text("42P01"));
    let wrong = [Ok(Bytes::from_static(b"not a number\n"))];
    db.copy_in("COPY users", IN, tokio_stream::iter(wrong)).await.unwrap_err();
    assert_eq!(attribute(&span(&recorder, "COPY users").await, "error.type"), text("22P02"));
}

#[tokio::test]
async fn a_copy_that_is_dropped_half_way_is_cancelled_and_gives_its_connection_back() {
    let (db, recorder, _database) = database().await;
    let mut out = db.copy_out("COPY series", "COPY (SELECT generate_series(1, 100000)) TO STDOUT");
    out.next().await.unwrap().unwrap();
    drop(out);
    let span = span(&recorder, "COPY series").await;
    assert_eq!(attribute(&span, "throughline.cancelled"), Some(true.into()));
    sqlx::query("SELECT 1").execute(db.named("SELECT")).await.unwrap();
}
