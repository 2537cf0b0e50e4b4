use proto::orders::v1::{CancelOrderRequest, Order, OrderStatus};
use tonic::{Code, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::support::TestApp;

async fn cancel(app: &TestApp, user: Uuid, id: &str) -> Result<Order, Status> {
    let request = CancelOrderRequest { user_id: user.to_string(), order_id: id.into() };
    Ok(app.client.clone().cancel_order(request).await?.into_inner().order.unwrap())
}

#[tokio::test]
async fn a_pending_order_can_be_cancelled_and_stays_so() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    for _ in 0..2 {
        assert_eq!(cancel(&app, app.user, &order.id).await.unwrap().status(), OrderStatus::Cancelled);
    }
    let settled = app.confirm(&order.id).await.unwrap().into_inner();
    assert_eq!(settled.status(), OrderStatus::Cancelled, "the worker learns of it");
    app.stop().await;
}

#[tokio::test]
async fn a_settled_order_can_not_be_cancelled() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    app.confirm(&order.id).await.unwrap();
    let status = cancel(&app, app.user, &order.id).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(status.get_details_error_info().unwrap().reason, "ALREADY_SETTLED");
    app.stop().await;
}

#[tokio::test]
async fn of_a_cancellation_and_a_settlement_at_the_same_time_one_holds_for_both() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        let order = app.place(&[("TEA-001", 1)]).await;
        let (cancelled, settled) = tokio::join!(cancel(&app, app.user, &order.id), app.confirm(&order.id));
        let settled = settled.unwrap().into_inner().status();
        match cancelled {
            Ok(order) => {
                assert_eq!((order.status(), settled), (OrderStatus::Cancelled, OrderStatus::Cancelled));
            }
            Err(status) => {
                assert_eq!((status.code(), settled), (Code::FailedPrecondition, OrderStatus::Confirmed));
            }
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn nobody_can_cancel_somebody_elses_order() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    assert_eq!(cancel(&app, Uuid::now_v7(), &order.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(cancel(&app, app.user, &Uuid::now_v7().to_string()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(cancel(&app, app.user, "42").await.unwrap_err().code(), Code::InvalidArgument);
    let status: String = sqlx::query_scalar("SELECT status FROM orders").fetch_one(&app.pool).await.unwrap();
    assert_eq!(status, "pending", "the answer alone would not tell");
    app.stop().await;
}
