use uuid::Uuid;

use crate::support::{TestApp, order};

/// The orders service is away in these tests, so a message is never done; what it did is seen in the
/// database, and that it did is seen in the spans.
async fn publish_and_wait(app: &TestApp, event_id: Uuid, payload: &[u8]) {
    let settle = "orders.v1.OrderService/SettleOrder";
    let seen = app.recorder.spans().iter().filter(|span| span.name == settle).count();
    app.publish(payload, &[("event-id", &event_id.to_string())]).await;
    let more = move |spans: &[telemetry::testing::SpanData]| {
        spans.iter().filter(|span| span.name == settle).count() > seen
    };
    app.recorder.wait_for(more).await;
}

async fn outcome(app: &TestApp, event_id: Uuid) -> Option<String> {
    let sql = "SELECT rejection_reason FROM inbox WHERE event_id = $1";
    sqlx::query_scalar(sql).bind(event_id).fetch_one(&app.pool).await.unwrap()
}

#[tokio::test]
async fn an_order_takes_its_stock_once_however_often_it_is_tried() {
    let app = TestApp::start().await;
    let (event_id, order_id) = (Uuid::now_v7(), Uuid::now_v7());
    publish_and_wait(&app, event_id, &order(order_id, &[("POT-020", 2), ("TEA-001", 5)])).await;
    let tries = |spans: &[telemetry::testing::SpanData]| {
        spans.iter().filter(|span| span.name == "SELECT inbox").count() >= 3
    };
    let spans = app.recorder.wait_for(tries).await;
    let reserved = spans.iter().filter(|span| span.name == "SELECT stock").count();
    assert_eq!(reserved, 1, "what came of it is known from the first time on");
    assert_eq!(app.available("POT-020").await, Some(38));
    assert_eq!(outcome(&app, event_id).await, None);
    let sql = "SELECT sku, quantity FROM reservations WHERE order_id = $1 ORDER BY sku";
    let reserved: Vec<(String, i64)> = sqlx::query_as(sql).bind(order_id).fetch_all(&app.pool).await.unwrap();
    assert_eq!(reserved, [("POT-020".to_owned(), 2), ("TEA-001".to_owned(), 5)]);
    app.stop().await;
}

#[tokio::test]
async fn an_order_that_can_not_be_filled_takes_nothing_and_says_why() {
    let app = TestApp::start().await;
    let event_id = Uuid::now_v7();
    publish_and_wait(&app, event_id, &order(Uuid::now_v7(), &[("POT-020", 1), ("RARE-404", 1)])).await;
    assert_eq!(app.available("POT-020").await, Some(40));
    assert_eq!(outcome(&app, event_id).await.as_deref(), Some("RARE-404 is out of stock"));
    let reserved: i64 =
        sqlx::query_scalar("SELECT count(*) FROM reservations").fetch_one(&app.pool).await.unwrap();
    assert_eq!(reserved, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_message_waits_for_a_service_that_is_away_instead_of_becoming_a_dead_letter() {
    let app = TestApp::start().await;
    publish_and_wait(&app, Uuid::now_v7(), &order(Uuid::now_v7(), &[("TEA-001", 1)])).await;
    // More tries than a message at fault has.
    let tries = |spans: &[telemetry::testing::SpanData]| {
        spans.iter().filter(|span| span.name == "SELECT inbox").count() > 6
    };
    let spans = app.recorder.wait_for(tries).await;
    assert!(!spans.iter().any(|span| span.name.starts_with("send ")));
    app.stop().await;
}
