use local_servers::testing::{self, TestDatabase};
use sqlx::{Connection, PgConnection, migrate::Migrator};
use tokio::task::JoinSet;

static MIGRATIONS: Migrator = sqlx::migrate!("tests/it/migrations");

async fn teas(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM teas").fetch_one(&mut connection).await.unwrap()
}

async fn exists(url: &str) -> bool {
    let (_, name) = url.rsplit_once('/').unwrap();
    let mut connection = PgConnection::connect(&testing::postgres().url("postgres")).await.unwrap();
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(name)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn each_test_has_a_migrated_database_of_its_own() {
    let (first, second) = tokio::join!(TestDatabase::create(&MIGRATIONS), TestDatabase::create(&MIGRATIONS));
    let mut connection = PgConnection::connect(first.url()).await.unwrap();
    sqlx::query("INSERT INTO teas VALUES ('Darjeeling')").execute(&mut connection).await.unwrap();
    assert_eq!((teas(first.url()).await, teas(second.url()).await), (2, 1));
}

#[tokio::test]
async fn the_database_is_dropped_though_a_connection_is_open() {
    let database = TestDatabase::create(&MIGRATIONS).await;
    let url = database.url().to_owned();
    let _open = PgConnection::connect(&url).await.unwrap();
    assert!(exists(&url).await);
    drop(database);
    assert!(!exists(&url).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_is_dropped_when_the_test_panics() {
    let database = TestDatabase::create(&MIGRATIONS).await;
    let url = database.url().to_owned();
    let mut test = JoinSet::new();
    test.spawn(async move {
        let _database = database;
        panic!("this panic is part of the test");
    });
    assert!(test.join_next().await.unwrap().unwrap_err().is_panic());
    assert!(!exists(&url).await);
}
