use chassis::{
    Secret, Shutdown,
    database::{self, SchemaError},
};
use local_servers::testing::TestDatabase;
use sqlx::{
    PgPool,
    migrate::{Migration, MigrationType, Migrator},
};

fn migration(version: i64, sql: &'static str) -> Migration {
    let sql = sqlx::SqlSafeStr::into_sql_str(sql);
    Migration::new(version, "step".into(), MigrationType::Simple, sql, false)
}

fn first() -> Migrator {
    Migrator::with_migrations(vec![migration(1, "CREATE TABLE one (id integer)")])
}

fn both() -> Migrator {
    let second = migration(2, "CREATE TABLE two (id integer)");
    Migrator::with_migrations(vec![migration(1, "CREATE TABLE one (id integer)"), second])
}

async fn database() -> (TestDatabase, Secret, PgPool) {
    let database = TestDatabase::create(&Migrator::with_migrations(Vec::new())).await;
    let url = Secret::new(database.url());
    let pool = database::pool(&url).unwrap();
    (database, url, pool)
}

#[tokio::test]
async fn a_database_at_this_builds_version_is_accepted_and_so_is_one_that_is_ahead() {
    let (_database, url, pool) = database().await;
    database::migrate(&url, &both()).await.unwrap();
    database::verify(&pool, &both(), &Shutdown::new()).await.unwrap();
    database::verify(&pool, &first(), &Shutdown::new()).await.unwrap();
}

#[tokio::test]
async fn a_database_that_lacks_a_migration_is_refused() {
    let (_database, url, pool) = database().await;
    let empty = database::verify(&pool, &first(), &Shutdown::new()).await;
    assert!(matches!(empty, Err(SchemaError::Behind { version: 1, .. })), "{empty:?}");
    database::migrate(&url, &first()).await.unwrap();
    let behind = database::verify(&pool, &both(), &Shutdown::new()).await;
    assert!(matches!(behind, Err(SchemaError::Behind { version: 2, .. })), "{behind:?}");
}

#[tokio::test]
async fn a_migration_that_was_changed_after_it_had_been_applied_is_refused() {
    let (_database, url, pool) = database().await;
    database::migrate(&url, &first()).await.unwrap();
    let edited = Migrator::with_migrations(vec![migration(1, "CREATE TABLE one (id bigint)")]);
    let changed = database::verify(&pool, &edited, &Shutdown::new()).await;
    assert!(matches!(changed, Err(SchemaError::Changed { version: 1 })), "{changed:?}");
}

#[tokio::test]
async fn two_processes_that_migrate_at_the_same_time_migrate_once() {
    let (_database, url, pool) = database().await;
    let migrations = both();
    let (first, second) =
        tokio::join!(database::migrate(&url, &migrations), database::migrate(&url, &migrations));
    first.unwrap();
    second.unwrap();
    database::verify(&pool, &migrations, &Shutdown::new()).await.unwrap();
}

#[tokio::test]
async fn a_stop_ends_the_wait_for_a_database_that_does_not_answer() {
    let pool = database::pool(&Secret::new("postgres://nobody@127.0.0.1:1/nothing")).unwrap();
    let shutdown = Shutdown::new();
    shutdown.request();
    database::verify(&pool, &first(), &shutdown).await.unwrap();
}

#[test]
fn a_url_of_another_kind_is_refused_without_being_shown() {
    let error = database::pool(&Secret::new("mysql://root:hunter2@127.0.0.1/db")).unwrap_err();
    assert!(error.to_string().contains("DATABASE_URL"));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}
