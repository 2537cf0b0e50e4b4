use proto::users::v1::GetUserRequest;
use tonic::Code;

use crate::support::TestApp;

#[tokio::test]
async fn a_user_comes_from_the_database_once_and_then_from_the_cache() {
    let mut app = TestApp::start().await;
    let registered = app.register("ada@example.com").await;
    for _ in 0..2 {
        let answer = app.client.get_user(GetUserRequest { id: registered.id.clone() }).await.unwrap();
        assert_eq!(answer.into_inner().user.unwrap(), registered);
    }
    let spans = app.recorder.wait_for(|spans| count(spans, "users.v1.UserService/GetUser") == 2).await;
    assert_eq!(count(&spans, "SELECT users"), 1);
    assert_eq!(count(&spans, "GET"), 2);
    let measured = format!("{:?}", app.recorder.metrics().last());
    for counted in ["throughline.cache.lookups", "\"hit\"", "\"miss\""] {
        assert!(measured.contains(counted), "no {counted} in {measured}");
    }
    app.stop().await;
}

#[tokio::test]
async fn without_the_cache_the_database_answers() {
    let mut app = TestApp::start_without_redis().await;
    let registered = app.register("ada@example.com").await;
    let answer = app.client.get_user(GetUserRequest { id: registered.id.clone() }).await.unwrap();
    assert_eq!(answer.into_inner().user.unwrap(), registered);
    app.stop().await;
}

#[tokio::test]
async fn a_suspended_account_may_not_order() {
    let mut app = TestApp::start().await;
    let registered = app.register("ada@example.com").await;
    let pool = sqlx::PgPool::connect(app.database.url()).await.unwrap();
    sqlx::query("UPDATE users SET status = 'suspended'").execute(&pool).await.unwrap();
    let answer = app.client.get_user(GetUserRequest { id: registered.id }).await.unwrap();
    assert!(!answer.into_inner().user.unwrap().may_order);
    app.stop().await;
}

#[tokio::test]
async fn a_user_that_does_not_exist_is_not_found() {
    let mut app = TestApp::start().await;
    let id = uuid::Uuid::now_v7().to_string();
    let status = app.client.get_user(GetUserRequest { id }).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    app.stop().await;
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_the_callers_mistake() {
    let mut app = TestApp::start().await;
    let status = app.client.get_user(GetUserRequest { id: "1; DROP TABLE users".into() }).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    app.stop().await;
}

fn count(spans: &[telemetry::testing::SpanData], name: &str) -> usize {
    spans.iter().filter(|span| span.name == name).count()
}
