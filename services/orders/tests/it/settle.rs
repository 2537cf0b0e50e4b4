use proto::orders::v1::{OrderStatus, Rejected, SettleOrderRequest, settle_order_request::Outcome};
use telemetry::testing::Measured;
use tonic::Code;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::support::{PATIENCE, TestApp, until};

fn rejection(reason: &str) -> Outcome {
    Outcome::Rejected(Rejected { reason: reason.into() })
}

#[tokio::test]
async fn the_same_settlement_twice_is_one() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    for _ in 0..2 {
        let answer = app.confirm(&order.id).await.unwrap().into_inner();
        assert_eq!(answer.status(), OrderStatus::Confirmed);
    }
    app.stop().await;
}

#[tokio::test]
async fn a_settlement_that_contradicts_an_earlier_one_is_refused() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    app.settle(&order.id, rejection("TEA-001 is out of stock")).await.unwrap();
    let status = app.confirm(&order.id).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    assert_eq!(status.get_details_error_info().unwrap().reason, "SETTLED_OTHERWISE");
    app.stop().await;
}

#[tokio::test]
async fn of_two_concurrent_settlements_one_holds() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let answers = tokio::join!(app.confirm(&order.id), app.settle(&order.id, rejection("no")));
    assert!(answers.0.is_ok() ^ answers.1.is_ok(), "{answers:?}");
    app.stop().await;
}

#[tokio::test]
async fn a_cancelled_order_tells_the_worker_so() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let cancel = "UPDATE orders SET status = 'cancelled', settled_at = now()";
    sqlx::query(cancel).execute(&app.pool).await.unwrap();
    let answer = app.confirm(&order.id).await.unwrap().into_inner();
    assert_eq!(answer.status(), OrderStatus::Cancelled);
    app.stop().await;
}

#[tokio::test]
async fn settlements_that_make_no_sense_are_refused() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let code = |answer: Result<_, tonic::Status>| answer.map(drop).unwrap_err().code();
    assert_eq!(code(app.settle(&order.id, rejection("")).await), Code::InvalidArgument);
    assert_eq!(code(app.settle(&order.id, rejection(&"x".repeat(501))).await), Code::InvalidArgument);
    assert_eq!(code(app.confirm("42").await), Code::InvalidArgument);
    assert_eq!(code(app.confirm(&Uuid::now_v7().to_string()).await), Code::NotFound);
    let nothing = SettleOrderRequest { order_id: order.id, outcome: None };
    assert_eq!(code(app.client.clone().settle_order(nothing).await), Code::InvalidArgument);
    app.stop().await;
}

/// Its cache and its watchers learn of a settlement even when the worker that asked for it is gone.
#[tokio::test]
async fn a_settlement_whose_caller_goes_away_is_carried_through() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let mut held = app.pool.begin().await.unwrap();
    sqlx::query("SELECT FROM orders FOR UPDATE").execute(&mut *held).await.unwrap();
    let (mut client, id) = (app.client.clone(), order.id.clone());
    let asked = telemetry::spawn(async move {
        let outcome = Some(Outcome::Confirmed(proto::orders::v1::Confirmed {}));
        client.settle_order(SettleOrderRequest { order_id: id, outcome }).await
    });
    let waits = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    until(async || sqlx::query_scalar::<_, i64>(waits).fetch_one(&app.pool).await.unwrap() > 0).await;
    asked.abort();
    app.recorder.wait_for(|spans| spans.iter().any(|span| span.name.ends_with("/SettleOrder"))).await;
    held.commit().await.unwrap();
    let told = app.recorder.wait_for(|spans| spans.iter().any(|span| span.name == "SELECT pg_notify"));
    assert!(tokio::time::timeout(PATIENCE, told).await.is_ok(), "nobody was told");
    app.stop().await;
}

#[tokio::test]
async fn a_settlement_is_measured_once_from_the_order_to_its_outcome() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    let seven_seconds_ago = "UPDATE orders SET created_at = now() - interval '7 seconds'";
    sqlx::query(seven_seconds_ago).execute(&app.pool).await.unwrap();
    for _ in 0..2 {
        app.confirm(&order.id).await.unwrap();
    }
    let rejected = app.place(&[("TEA-001", 1)]).await;
    app.settle(&rejected.id, rejection("TEA-001 is out of stock")).await.unwrap();
    let measured = app.recorder.measured("throughline.completion.duration");
    let of = |outcome: &str| {
        let is_it = |series: &&Measured| series.labels["throughline.completion.outcome"] == outcome;
        measured.iter().find(is_it).unwrap()
    };
    assert_eq!((of("confirmed").count, of("rejected").count), (1, 1));
    assert!((7.0..60.0).contains(&of("confirmed").value), "{measured:?}");
    assert!(of("rejected").value < 7.0, "{measured:?}");
    app.stop().await;
}
