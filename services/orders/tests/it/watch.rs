use proto::orders::v1::{OrderStatus, WatchOrderRequest, WatchOrderResponse};
use telemetry::testing::Logs;
use tonic::{Code, Status, Streaming};
use uuid::Uuid;

use crate::support::{TestApp, until};

const UNASKED: &str = "a change came without a notification";

async fn watch(app: &TestApp, user: Uuid, id: &str) -> Result<Streaming<WatchOrderResponse>, Status> {
    let request = WatchOrderRequest { user_id: user.to_string(), order_id: id.into() };
    Ok(app.client.clone().watch_order(request).await?.into_inner())
}

async fn next(stream: &mut Streaming<WatchOrderResponse>) -> Option<OrderStatus> {
    stream.message().await.unwrap().map(|message| message.order.unwrap().status())
}

/// A service that begins to listen looks at everything once: until then no notification is needed.
async fn listening(logs: &Logs) {
    until(async || logs.lines_with("listening for notifications") > 0).await;
}

#[tokio::test]
async fn a_watcher_sees_the_present_state_then_the_settlement_and_then_the_end() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let mut stream = watch(&app, app.user, &order.id).await.unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Pending));
    app.confirm(&order.id).await.unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Confirmed));
    assert_eq!(next(&mut stream).await, None);
    app.stop().await;
}

#[tokio::test]
async fn a_settled_order_is_told_at_once() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    app.confirm(&order.id).await.unwrap();
    let mut stream = watch(&app, app.user, &order.id).await.unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Confirmed));
    assert_eq!(next(&mut stream).await, None);
    app.stop().await;
}

#[tokio::test]
async fn a_change_that_another_replica_made_is_seen() {
    let (logs, _guard) = Logs::capture();
    let app = TestApp::start().await;
    listening(&logs).await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let mut stream = watch(&app, app.user, &order.id).await.unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Pending));
    // As another replica does it: in the database, and by a call.
    sqlx::query("UPDATE orders SET status = 'confirmed', settled_at = now()")
        .execute(&app.pool)
        .await
        .unwrap();
    sqlx::query("SELECT pg_notify('orders', $1)").bind(&order.id).execute(&app.pool).await.unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Confirmed));
    assert_eq!(logs.lines_with(UNASKED), 0, "it was the call that told");
    app.stop().await;
}

/// A pooler in transaction mode, for one, swallows notifications.
#[tokio::test]
async fn a_change_of_which_nobody_was_told_is_seen_a_little_later_and_complained_about() {
    let (logs, _guard) = Logs::capture();
    let app = TestApp::start().await;
    listening(&logs).await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let mut stream = watch(&app, app.user, &order.id).await.unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Pending));
    sqlx::query("UPDATE orders SET status = 'confirmed', settled_at = now()")
        .execute(&app.pool)
        .await
        .unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Confirmed));
    assert_eq!(logs.lines_with(UNASKED), 1, "{}", logs.text());
    app.stop().await;
}

#[tokio::test]
async fn a_stop_ends_a_watch_so_that_it_can_be_resumed_elsewhere() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let mut stream = watch(&app, app.user, &order.id).await.unwrap();
    assert_eq!(next(&mut stream).await, Some(OrderStatus::Pending));
    let ended = telemetry::spawn(async move { stream.message().await });
    app.stop().await;
    assert_eq!(ended.await.unwrap().unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn the_span_of_a_watch_ends_with_its_stream() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let mut stream = watch(&app, app.user, &order.id).await.unwrap();
    next(&mut stream).await;
    let name = "orders.v1.OrderService/WatchOrder";
    assert!(!app.recorder.spans().iter().any(|span| span.name == name), "the stream is open");
    app.confirm(&order.id).await.unwrap();
    while next(&mut stream).await.is_some() {}
    app.recorder.wait_for(|spans| spans.iter().any(|span| span.name == name)).await;
    app.stop().await;
}

#[tokio::test]
async fn nobody_can_watch_somebody_elses_order() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    assert_eq!(watch(&app, Uuid::now_v7(), &order.id).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(watch(&app, app.user, "42").await.unwrap_err().code(), Code::InvalidArgument);
    app.stop().await;
}
