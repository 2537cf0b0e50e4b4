use proto::users::v1::{GetUserRequest, RegisterRequest};
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn health_says_that_the_service_serves() {
    let app = TestApp::start().await;
    let mut health = HealthClient::new(app.channel.clone());
    let service = "users.v1.UserService".to_owned();
    let mut changes = health.watch(HealthCheckRequest { service }).await.unwrap().into_inner();
    while changes.message().await.unwrap().unwrap().status() != ServingStatus::Serving {}
    drop((changes, health));
    app.stop().await;
}

#[tokio::test]
async fn a_request_of_a_megabyte_is_refused() {
    let mut app = TestApp::start().await;
    let request = RegisterRequest {
        email: "ada@example.com".into(),
        name: "x".repeat(1024 * 1024),
        password: PASSWORD.into(),
    };
    let status = app.client.register(request).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange);
    app.stop().await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_our_fault_and_says_nothing_from_inside() {
    let mut app = TestApp::start().await;
    let pool = sqlx::PgPool::connect(app.database.url()).await.unwrap();
    sqlx::query("ALTER TABLE users RENAME TO hidden").execute(&pool).await.unwrap();
    let id = uuid::Uuid::now_v7().to_string();
    let status = app.client.get_user(GetUserRequest { id }).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(status.message(), "the call failed");
    app.stop().await;
}

#[tokio::test]
async fn a_database_that_can_not_be_reached_is_told_as_such_and_nothing_from_inside() {
    let mut app = TestApp::start_without_postgres().await;
    let id = uuid::Uuid::now_v7().to_string();
    let status = app.client.get_user(GetUserRequest { id }).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "users can't be looked up at the moment, try again");
    app.stop().await;
}

#[tokio::test]
async fn no_password_is_in_any_span() {
    let mut app = TestApp::start().await;
    app.register("ada@example.com").await;
    let spans =
        app.recorder.wait_for(|spans| spans.iter().any(|s| s.name == "users.v1.UserService/Register")).await;
    assert!(!format!("{spans:?}").contains(PASSWORD));
    app.stop().await;
}
