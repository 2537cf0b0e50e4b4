use local_servers::testing::TestDatabase;
use sqlx::{migrate::Migrator, postgres::PgPoolOptions};
use telemetry::{Postgres, testing::Recorder};

use crate::{
    points::{Point, points},
    recorded::{PATIENCE, attribute, durations, names, span},
};

async fn database(max: u32) -> (Postgres, Recorder, String, TestDatabase) {
    let empty = Migrator::with_migrations(Vec::new());
    let database = TestDatabase::create(&empty).await;
    let options = PgPoolOptions::new().max_connections(max).acquire_timeout(PATIENCE);
    let pool = options.connect(database.url()).await.unwrap();
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let options = pool.connect_options();
    let name = format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap());
    (telemetry.postgres(pool), recorder, name, database)
}

fn state(recorder: &Recorder, state: &str) -> i64 {
    let all = points(recorder, "db.client.connection.count");
    let is = |point: &&Point| point.label("db.client.connection.state").as_deref() == Some(state);
    all.iter().find(is).unwrap_or_else(|| panic!("no {state} in {all:?}")).value
}

async fn until(holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it comes to that");
}

#[tokio::test]
async fn a_pool_tells_how_many_connections_it_has_and_may_have() {
    let (db, recorder, name, _database) = database(3).await;
    let (first, second) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    assert_eq!((state(&recorder, "used"), state(&recorder, "idle")), (2, 0));
    first.rollback().await.unwrap();
    until(|| state(&recorder, "used") == 1).await;
    assert_eq!(state(&recorder, "idle"), 1);
    let max = points(&recorder, "db.client.connection.max").remove(0);
    assert_eq!((max.value, max.unit.as_str()), (3, "{connection}"));
    assert_eq!(max.label("db.client.connection.pool.name"), Some(name));
    assert_eq!(points(&recorder, "db.client.connection.idle.min")[0].value, 0);
    drop(second);
}

#[tokio::test]
async fn who_waits_for_a_connection_is_counted_and_the_wait_is_on_the_span() {
    let (db, recorder, name, _database) = database(1).await;
    let mut held = db.begin().await.unwrap();
    let waiting = {
        let db = db.clone();
        telemetry::spawn(async move { sqlx::query("SELECT 1").fetch_all(db.named("SELECT")).await })
    };
    let pending = || {
        points(&recorder, "db.client.connection.pending_requests").iter().map(|one| one.value).sum::<i64>()
    };
    until(|| pending() == 1).await;
    let seen = std::time::Instant::now();
    sqlx::query("SELECT pg_sleep(0.03)").execute(held.named("SELECT pg_sleep")).await.unwrap();
    let at_least = seen.elapsed().as_secs_f64();
    held.commit().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(pending(), 0);
    let wait = attribute(&span(&recorder, "SELECT").await, "throughline.db.connection.wait_time");
    let Some(opentelemetry::Value::F64(seconds)) = wait else { panic!("{wait:?}") };
    assert!(seconds >= at_least, "{seconds} of {at_least}");
    for (metric, count) in [("db.client.connection.wait_time", 2), ("db.client.connection.use_time", 2)] {
        let series = durations(&recorder, metric).remove(0);
        assert_eq!((series.count, series.unit.as_str()), (count, "s"), "{metric}");
        assert_eq!(series.label("db.client.connection.pool.name"), Some(name.clone().into()), "{metric}");
        assert_eq!(series.bounds[0], 0.001);
    }
}

#[tokio::test]
async fn a_wait_in_vain_is_a_timeout() {
    let (db, recorder, _, _database) = database(1).await;
    let held = db.begin().await.unwrap();
    // From here on nothing but the end of a wait can happen: a stopped clock goes there at once.
    tokio::time::pause();
    sqlx::query("SELECT 1").fetch_optional(db.named("SELECT")).await.unwrap_err();
    assert!(db.begin().await.is_err());
    let timeouts = points(&recorder, "db.client.connection.timeouts").remove(0);
    assert_eq!((timeouts.value, timeouts.unit.as_str()), (2, "{timeout}"));
    assert_eq!(durations(&recorder, "db.client.connection.wait_time")[0].count, 1, "in vain is no time");
    drop(held);
}

#[tokio::test]
async fn a_pool_that_is_gone_falls_silent_and_is_not_kept() {
    let (db, recorder, _, _database) = database(1).await;
    let closed = db.pool().close_event();
    assert!(!points(&recorder, "db.client.connection.max").is_empty());
    drop(db);
    // The pool closes when the last handle to it goes.
    tokio::time::timeout(PATIENCE, closed).await.expect("nothing keeps the pool");
    // The callback runs once more, and has nothing to say that was not said before.
    recorder.metrics();
}

#[tokio::test]
async fn a_result_that_is_dropped_half_read_gives_its_connection_back() {
    let (db, recorder, _, _database) = database(1).await;
    let mut rows = sqlx::query("SELECT generate_series(1, 100000)").fetch(db.named("SELECT series"));
    tokio_stream::StreamExt::next(&mut rows).await.unwrap().unwrap();
    drop(rows);
    let cut = span(&recorder, "SELECT series").await;
    assert_eq!(attribute(&cut, "throughline.cancelled"), Some(true.into()));
    sqlx::query("SELECT 1").execute(db.named("SELECT 1")).await.unwrap();
    assert_eq!(names(&recorder.spans()), ["SELECT series", "SELECT 1"]);
}

#[tokio::test]
async fn two_pools_of_one_database_are_told_apart_by_name() {
    let (db, _, _, _database) = database(1).await;
    let (telemetry, recorder) = Recorder::new(telemetry::service!());
    let _reports = telemetry.postgres_pool(db.pool().clone(), "reports");
    let max = points(&recorder, "db.client.connection.max").remove(0);
    assert_eq!(max.label("db.client.connection.pool.name").as_deref(), Some("reports"));
}
