//! `throughline migrate` and `throughline health`.

use std::{
    net::{Ipv4Addr, TcpListener},
    process::{Command, Output},
};

use local_servers::testing::TestDatabase;
use sqlx::{PgPool, migrate::Migrator};

pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
    command.args(arguments).env_remove("DATABASE_URL").envs(variables.iter().copied()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8([output.stdout.clone(), output.stderr.clone()].concat()).unwrap()
}

async fn empty_database() -> TestDatabase {
    TestDatabase::create(&Migrator::with_migrations(Vec::new())).await
}

#[tokio::test]
async fn migrate_brings_a_database_to_the_version_that_its_service_needs_and_does_nothing_the_second_time() {
    for (service, table) in [("users", "users"), ("orders", "outbox"), ("order-worker", "inbox")] {
        let database = empty_database().await;
        for _ in 0..2 {
            let output = run(&["migrate", service], &[("DATABASE_URL", database.url())]);
            assert!(output.status.success(), "{service}: {}", said(&output));
        }
        let pool = PgPool::connect(database.url()).await.unwrap();
        let there: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
            .bind(table)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(there, "{service}");
    }
}

#[test]
fn migrate_without_a_database_or_for_a_service_without_one_says_so_and_exits_64() {
    let output = run(&["migrate", "users"], &[]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).contains("DATABASE_URL"));
    let output = run(&["migrate", "gateway"], &[("DATABASE_URL", "postgres://127.0.0.1:1/x")]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).contains("order-worker"), "the choices are named: {}", said(&output));
}

#[test]
fn migrate_fails_when_the_database_can_not_be_reached_and_shows_no_password() {
    let output = run(&["migrate", "users"], &[("DATABASE_URL", "postgres://app:hunter2@127.0.0.1:1/users")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(!said(&output).contains("hunter2"));
}

#[test]
fn health_fails_where_nobody_answers_and_names_the_address() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = taken.local_addr().unwrap().to_string();
    drop(taken);
    let output = run(&["health", &address], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains(&address));
}
