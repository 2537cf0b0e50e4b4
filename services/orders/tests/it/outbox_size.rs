use local_servers::testing;
use telemetry::testing::{
    conventions,
    otlp::metrics::v1::{metric::Data, number_data_point::Value},
};

use crate::support::{TestApp, until};

const ROWS: &str = "throughline.outbox.rows";
const AGE: &str = "throughline.outbox.oldest_row.age";

/// Three events that are sent and not settled; the oldest is two minutes old.
const EVENTS: &str = "
    INSERT INTO orders (id, user_id, total_minor, currency) VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'EUR');
    INSERT INTO outbox (id, order_id, topic, key, payload, trace_context, created_at, sent_at)
    SELECT gen_random_uuid(), id, 'orders.placed', 'key', '', '{}', now() - n * interval '40 seconds', now()
    FROM orders, generate_series(1, 3) AS n";

/// A gauge of the outbox as last collected.
fn gauge(app: &TestApp, name: &str) -> Option<f64> {
    let received = app.recorder.received();
    let last = received.exported_metrics().filter(|metric| metric.item.name == name).last()?;
    let Some(Data::Gauge(gauge)) = &last.item.data else { panic!("{last:?}") };
    let point = gauge.data_points.first()?;
    assert_eq!(telemetry::testing::text(&point.attributes, "db.collection.name").as_deref(), Some("outbox"));
    Some(match point.value? {
        Value::AsInt(rows) => rows as f64,
        Value::AsDouble(seconds) => seconds,
    })
}

#[tokio::test]
async fn an_outbox_tells_how_many_events_wait_and_since_when_until_none_does() {
    let app = TestApp::start_after(EVENTS, &[], &testing::redis_url()).await;
    until(async || gauge(&app, ROWS) == Some(3.0)).await;
    assert!(gauge(&app, AGE).is_some_and(|seconds| (120.0..600.0).contains(&seconds)));
    conventions::assert_kept(&app.recorder.received());
    sqlx::query("DELETE FROM outbox").execute(&app.pool).await.unwrap();
    until(async || gauge(&app, ROWS) == Some(0.0)).await;
    assert_eq!(gauge(&app, AGE), Some(0.0));
    let spans = app.recorder.spans();
    assert!(spans.is_empty(), "to measure makes no spans: {spans:?}");
    app.stop().await;
}

#[tokio::test]
async fn an_outbox_that_can_not_be_measured_is_not_told() {
    let app = TestApp::start().await;
    until(async || gauge(&app, ROWS) == Some(0.0)).await;
    sqlx::query("ALTER TABLE outbox RENAME TO hidden").execute(&app.pool).await.unwrap();
    until(async || gauge(&app, ROWS).is_none()).await;
    assert_eq!(gauge(&app, AGE), None);
    sqlx::query("ALTER TABLE hidden RENAME TO outbox").execute(&app.pool).await.unwrap();
    app.stop().await;
}
