use proto::my_things::v1::GetMyThingRequest;
use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use uuid::Uuid;

use crate::support::{TestApp, creation};

fn anyone() -> GetMyThingRequest {
    GetMyThingRequest { id: Uuid::now_v7().to_string() }
}

#[tokio::test]
async fn health_says_that_the_service_serves() {
    let app = TestApp::start().await;
    let mut health = HealthClient::new(app.channel.clone());
    let service = "my_things.v1.MyThingService".to_owned();
    let mut changes = health.watch(HealthCheckRequest { service }).await.unwrap().into_inner();
    while changes.message().await.unwrap().unwrap().status() != ServingStatus::Serving {}
    drop((changes, health));
    app.stop().await;
}

#[tokio::test]
async fn a_request_of_a_megabyte_is_refused() {
    let mut app = TestApp::start().await;
    let request = creation(Uuid::now_v7(), &"x".repeat(1024 * 1024));
    let status = app.client.create_my_thing(request).await.unwrap_err();
    assert_eq!(status.code(), Code::OutOfRange);
    app.stop().await;
}

#[tokio::test]
async fn a_database_that_is_gone_is_our_fault_and_says_nothing_from_inside() {
    let mut app = TestApp::start().await;
    let pool = sqlx::PgPool::connect(app.database.url()).await.unwrap();
    sqlx::query("ALTER TABLE my_things RENAME TO hidden").execute(&pool).await.unwrap();
    let status = app.client.get_my_thing(anyone()).await.unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    assert_eq!(status.message(), "the call failed");
    app.stop().await;
}

#[tokio::test]
async fn a_database_that_can_not_be_reached_is_told_as_such_and_nothing_from_inside() {
    let mut app = TestApp::start_without_postgres().await;
    let status = app.client.get_my_thing(anyone()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.message(), "the call can't be answered at the moment, try again");
    app.stop().await;
}
