use tonic::Code;
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};

use crate::support::TestApp;

#[tokio::test]
async fn health_says_that_the_service_serves() {
    let app = TestApp::start().await;
    let mut health = HealthClient::new(app.channel.clone());
    let service = "orders.v1.OrderService".to_owned();
    let mut changes = health.watch(HealthCheckRequest { service }).await.unwrap().into_inner();
    while changes.message().await.unwrap().unwrap().status() != ServingStatus::Serving {}
    drop((changes, health));
    app.stop().await;
}

#[tokio::test]
async fn a_request_of_a_megabyte_is_refused() {
    let app = TestApp::start().await;
    let request = app.request(&[(&"x".repeat(1024 * 1024), 1)]);
    assert_eq!(app.try_place(request).await.unwrap_err().code(), Code::OutOfRange);
    app.stop().await;
}
