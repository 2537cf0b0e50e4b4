use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use local_servers::{Durability, PostgresServer, ServerError, ports};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// Root's servers run as another account, which must be able to enter.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

async fn start(folder: &Path) -> Result<PostgresServer, ServerError> {
    let [port] = ports::free().unwrap();
    PostgresServer::start(folder, port, Durability::Durable).await
}

#[tokio::test]
async fn what_was_stored_is_there_after_a_restart() {
    let parent = folder();
    let folder = parent.path().join("postgres");
    let server = start(&folder).await.unwrap();
    server.create_database("shop").await.unwrap();
    // A second time is no error: `up` asks for its databases at every start.
    server.create_database("shop").await.unwrap();
    let mut connection = PgConnection::connect(&server.url("shop")).await.unwrap();
    sqlx::raw_sql("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
        .execute(&mut connection)
        .await
        .unwrap();
    // With this session still open.
    assert!(server.stop().await.unwrap().success());

    let server = start(&folder).await.unwrap();
    let mut connection = PgConnection::connect(&server.url("shop")).await.unwrap();
    let kept: i32 = sqlx::query_scalar("SELECT id FROM kept").fetch_one(&mut connection).await.unwrap();
    assert_eq!(kept, 7);
    assert!(server.stop().await.unwrap().success());
}

#[tokio::test]
async fn nobody_gets_in_without_the_password() {
    let parent = folder();
    let server = start(&parent.path().join("postgres")).await.unwrap();
    let right = server.url("postgres");
    let wrong = format!("postgres://app:wrong@127.0.0.1:{}/postgres", server.port());
    PgConnection::connect(&right).await.unwrap();
    let refusal = PgConnection::connect(&wrong).await.unwrap_err().to_string();
    assert!(refusal.contains("password"), "{refusal}");
    let file = fs::metadata(parent.path().join("postgres/password")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_taken_port_is_reported_with_what_the_server_says() {
    let parent = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error =
        PostgresServer::start(&parent.path().join("postgres"), port, Durability::Durable).await.unwrap_err();
    assert!(matches!(error, ServerError::Stopped { .. }), "{error}");
    assert!(error.to_string().contains("Address already in use"), "{error}");
}

#[tokio::test]
async fn data_of_another_version_is_left_alone() {
    let parent = folder();
    let data = parent.path().join("postgres/data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("PG_VERSION"), "9.6\n").unwrap();
    let error = start(&parent.path().join("postgres")).await.unwrap_err();
    assert!(error.to_string().contains("was made by PostgreSQL 9.6"), "{error}");
    assert!(data.join("PG_VERSION").exists());
}

#[tokio::test]
async fn a_damaged_data_folder_is_left_alone() {
    let parent = folder();
    let data = parent.path().join("postgres/data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("something"), "precious").unwrap();
    let error = start(&parent.path().join("postgres")).await.unwrap_err();
    assert!(error.to_string().contains("is damaged"), "{error}");
    assert!(data.join("something").exists());
}

#[tokio::test]
async fn a_start_waits_for_a_predecessor_that_is_being_stopped() {
    let parent = folder();
    let folder = parent.path().join("postgres");
    let predecessor = start(&folder).await.unwrap();
    let stopping = async {
        // Nothing shows that the other one waits; without its wait it has failed by then.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        predecessor.stop().await.unwrap();
    };
    let (server, ()) = tokio::join!(start(&folder), stopping);
    server.unwrap().stop().await.unwrap();
}
