use proto::orders::v1::OrderStatus;
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::support::TestApp;

#[tokio::test]
async fn a_repeated_request_answers_the_order_in_its_present_state() {
    let app = TestApp::start().await;
    let request = app.request(&[("TEA-001", 1)]);
    let first = app.try_place(request.clone()).await.unwrap();
    app.confirm(&first.id).await.unwrap();
    let second = app.try_place(request).await.unwrap();
    assert_eq!(second.id, first.id);
    assert_eq!(second.status(), OrderStatus::Confirmed);
    assert_eq!(app.count("orders").await, 1);
    app.stop().await;
}

#[tokio::test]
async fn two_concurrent_requests_with_one_key_place_one_order() {
    let app = TestApp::start().await;
    let request = app.request(&[("TEA-001", 1)]);
    let twins = tokio::join!(app.try_place(request.clone()), app.try_place(request));
    assert_eq!(twins.0.unwrap().id, twins.1.unwrap().id);
    assert_eq!((app.count("orders").await, app.count("order_lines").await), (1, 1));
    app.stop().await;
}

#[tokio::test]
async fn a_key_that_is_used_for_another_body_is_refused() {
    let app = TestApp::start().await;
    app.try_place(app.request_with_key("key", &[("TEA-001", 1)])).await.unwrap();
    for other in [[("TEA-001", 2)], [("TEA-002", 1)]] {
        let status = app.try_place(app.request_with_key("key", &other)).await.unwrap_err();
        assert_eq!(status.code(), Code::FailedPrecondition);
        assert_eq!(status.get_details_error_info().unwrap().reason, "IDEMPOTENCY_KEY_REUSED");
    }
    assert_eq!(app.count("orders").await, 1);
    app.stop().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_user() {
    let app = TestApp::start().await;
    let first = app.try_place(app.request_with_key("key", &[("TEA-001", 1)])).await.unwrap();
    let mut request = app.request_with_key("key", &[("TEA-001", 1)]);
    request.user_id = Uuid::now_v7().to_string();
    assert_ne!(app.try_place(request).await.unwrap().id, first.id);
    app.stop().await;
}

#[tokio::test]
async fn a_key_is_free_again_after_a_day() {
    let app = TestApp::start().await;
    let first = app.try_place(app.request_with_key("key", &[("TEA-001", 1)])).await.unwrap();
    let age = "UPDATE idempotency_keys SET created_at = created_at - interval '24 hours 1 second'";
    sqlx::query(age).execute(&app.pool).await.unwrap();
    let second = app.try_place(app.request_with_key("key", &[("TEA-002", 1)])).await.unwrap();
    assert_ne!(second.id, first.id);
    app.stop().await;
}

#[tokio::test]
async fn a_refused_order_leaves_its_key_free() {
    let app = TestApp::start().await;
    app.try_place(app.request_with_key("key", &[("NO-SUCH", 1)])).await.unwrap_err();
    app.try_place(app.request_with_key("key", &[("TEA-001", 1)])).await.unwrap();
    app.stop().await;
}
