use rdkafka::Message;
use telemetry::testing::{
    conventions,
    otlp::metrics::v1::{metric::Data, number_data_point::Value},
};
use uuid::Uuid;

use crate::support::{TestApp, header, order};

#[tokio::test]
async fn what_is_no_order_becomes_a_dead_letter_as_it_came() {
    let app = TestApp::start().await;
    let event_id = Uuid::now_v7().to_string();
    app.publish(b"\xff\xff no protobuf", &[("event-id", &event_id), ("content-type", "text/plain")]).await;
    let letter = app.next_dead_letter().await;
    assert_eq!(letter.payload(), Some(b"\xff\xff no protobuf".as_slice()));
    assert_eq!(letter.key(), Some(b"key".as_slice()));
    assert_eq!(header(&letter, "event-id"), event_id);
    assert_eq!(header(&letter, "content-type"), "text/plain");
    assert_eq!(header(&letter, "dead-letter-reason"), "malformed_message");
    assert_eq!(header(&letter, "dead-letter-topic"), "orders.placed");
    assert_eq!(header(&letter, "dead-letter-offset"), "0");
    app.stop().await;
}

#[tokio::test]
async fn an_order_without_an_event_id_becomes_a_dead_letter() {
    let app = TestApp::start().await;
    app.publish(&order(Uuid::now_v7(), &[("TEA-001", 1)]), &[]).await;
    assert_eq!(header(&app.next_dead_letter().await, "dead-letter-reason"), "malformed_message");
    app.stop().await;
}

#[tokio::test]
async fn a_message_that_keeps_failing_becomes_a_dead_letter() {
    let app = TestApp::start().await;
    sqlx::query("ALTER TABLE reservations RENAME TO hidden").execute(&app.pool).await.unwrap();
    let event_id = Uuid::now_v7().to_string();
    app.publish(&order(Uuid::now_v7(), &[("POT-020", 1)]), &[("event-id", &event_id)]).await;
    assert_eq!(header(&app.next_dead_letter().await, "dead-letter-reason"), "internal_error");
    assert_eq!(app.available("POT-020").await, Some(40), "a failed reservation takes nothing");
    app.stop().await;
}

#[tokio::test]
async fn dead_letters_are_counted_once_they_are_published() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        app.publish(b"no order", &[("event-id", &Uuid::now_v7().to_string())]).await;
    }
    let processed = |spans: &[telemetry::testing::SpanData]| {
        spans.iter().filter(|span| span.name == "process orders.placed").count() == 2
    };
    app.recorder.wait_for(processed).await;
    let received = app.recorder.received();
    let counts: Vec<_> =
        received.exported_metrics().filter(|metric| metric.item.name == "throughline.dead_letters").collect();
    let Some(Data::Sum(sum)) = &counts.last().unwrap().item.data else { panic!("{counts:?}") };
    let [point] = sum.data_points.as_slice() else { panic!("{sum:?}") };
    assert_eq!(point.value, Some(Value::AsInt(2)));
    let label = |key| telemetry::testing::text(&point.attributes, key);
    assert_eq!(label("messaging.destination.name").as_deref(), Some("orders.placed"));
    assert_eq!(label("error.type").as_deref(), Some("malformed_message"));
    conventions::assert_kept(&received);
    app.stop().await;
}

#[tokio::test]
async fn a_dead_letter_is_part_of_the_trace_and_its_message_is_an_error_there() {
    let app = TestApp::start().await;
    app.publish(b"no order", &[("event-id", &Uuid::now_v7().to_string())]).await;
    let spans =
        app.recorder.wait_for(|spans| spans.iter().any(|span| span.name == "process orders.placed")).await;
    let named = |name: &str| spans.iter().find(|span| span.name == name).unwrap();
    let (process, send) = (named("process orders.placed"), named("send orders.placed.dead-letter"));
    assert_eq!(send.parent_span_id, process.span_context.span_id());
    assert!(format!("{:?}", process.status).contains("Error"));
    let kind = process.attributes.iter().find(|attribute| attribute.key.as_str() == "error.type").unwrap();
    assert_eq!(kind.value.as_str(), "malformed_message");
    app.stop().await;
}
