use prost::Message as _;
use proto::events::v1::OrderPlaced;
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    message::{Headers, OwnedMessage},
};
use telemetry::testing::SpanData;

use crate::support::{TOPIC, TestApp};

#[tokio::test]
async fn an_order_is_published_with_everything_a_consumer_needs() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 2)]).await;
    let message = next_message(&consumer(&app)).await;
    assert_eq!(message.key(), Some(order.id.as_bytes()));
    let event = OrderPlaced::decode(message.payload().unwrap()).unwrap();
    assert_eq!((event.order_id, event.lines.len(), event.lines[0].quantity), (order.id, 1, 2));
    assert_eq!(header(&message, "content-type"), "application/x-protobuf");
    assert!(header(&message, "event-id").parse::<uuid::Uuid>().is_ok());
    app.stop().await;
}

#[tokio::test]
async fn the_record_carries_the_producer_span_whose_parent_is_the_request() {
    let app = TestApp::start().await;
    app.place(&[("TEA-001", 1)]).await;
    let message = next_message(&consumer(&app)).await;
    let spans = app.recorder.wait_for(|spans| find(spans, "send orders.placed").is_some()).await;
    let (send, place) = (find(&spans, "send orders.placed").unwrap(), placed(&spans));
    let expected = format!("00-{}-{}-01", send.span_context.trace_id(), send.span_context.span_id());
    assert_eq!(header(&message, "traceparent"), expected);
    assert_eq!(send.span_context.trace_id(), place.span_context.trace_id());
    assert_eq!(send.parent_span_id, place.span_context.span_id());
    app.stop().await;
}

#[tokio::test]
async fn the_relays_own_work_is_a_trace_of_its_own_linked_to_the_request() {
    let app = TestApp::start().await;
    app.place(&[("TEA-001", 1)]).await;
    let spans = app.recorder.wait_for(|spans| find(spans, "relay outbox").is_some()).await;
    let (relay, place) = (find(&spans, "relay outbox").unwrap(), placed(&spans));
    assert_ne!(relay.span_context.trace_id(), place.span_context.trace_id());
    let linked = relay.links.iter().map(|link| link.span_context.span_id()).collect::<Vec<_>>();
    assert_eq!(linked, [place.span_context.span_id()]);
    app.stop().await;
}

#[tokio::test]
async fn an_event_stays_in_the_outbox_until_its_order_is_settled() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    app.recorder.wait_for(|spans| find(spans, "relay outbox").is_some()).await;
    let sent: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE sent_at IS NOT NULL")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(sent, 1);
    app.confirm(&order.id).await.unwrap();
    assert_eq!(app.count("outbox").await, 0);
    app.stop().await;
}

#[tokio::test]
async fn an_event_that_another_process_wrote_is_published_after_its_call() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    app.recorder.wait_for(|spans| find(spans, "relay outbox").is_some()).await;
    // As another replica leaves it: unsent, with no bell rung in this process.
    sqlx::query("UPDATE outbox SET sent_at = NULL").execute(&app.pool).await.unwrap();
    sqlx::query("SELECT pg_notify('outbox', '')").execute(&app.pool).await.unwrap();
    let consumer = consumer(&app);
    for _ in 0..2 {
        assert_eq!(next_message(&consumer).await.key(), Some(order.id.as_bytes()));
    }
    drop(consumer);
    app.stop().await;
}

#[tokio::test]
async fn an_unsettled_order_is_sent_again_with_the_same_event_id() {
    let app =
        TestApp::start_with(&["--outbox-resend-after", "100ms"], &local_servers::testing::redis_url()).await;
    app.place(&[("TEA-001", 1)]).await;
    let consumer = consumer(&app);
    let (first, second) = (next_message(&consumer).await, next_message(&consumer).await);
    assert_eq!(header(&first, "event-id"), header(&second, "event-id"));
    drop(consumer);
    app.stop().await;
}

#[tokio::test]
async fn events_of_one_key_are_published_in_the_order_they_were_written() {
    let app = TestApp::start().await;
    let order = app.place(&[("TEA-001", 1)]).await;
    app.recorder.wait_for(|spans| find(spans, "relay outbox").is_some()).await;
    // Three more for the same key, the first of them held by another relay's lease for a while.
    sqlx::query(
        "INSERT INTO outbox (id, order_id, topic, key, payload, trace_context, leased_until)
         SELECT gen_random_uuid(), order_id, topic, key, n::text::bytea, trace_context,
                CASE n WHEN 1 THEN now() + interval '1500 milliseconds' END
         FROM outbox, generate_series(1, 3) AS n ORDER BY n",
    )
    .execute(&app.pool)
    .await
    .unwrap();
    let consumer = consumer(&app);
    assert_eq!(next_message(&consumer).await.key(), Some(order.id.as_bytes()));
    for n in ["1", "2", "3"] {
        assert_eq!(next_message(&consumer).await.payload(), Some(n.as_bytes()));
    }
    drop(consumer);
    app.stop().await;
}

/// To be dropped before the broker: leaving the group of a broker that is gone takes a session's timeout.
fn consumer(app: &TestApp) -> StreamConsumer {
    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", app.broker.address())
        .set("group.id", "test")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "10")
        .create()
        .unwrap();
    consumer.subscribe(&[TOPIC]).unwrap();
    consumer
}

async fn next_message(consumer: &StreamConsumer) -> OwnedMessage {
    consumer.recv().await.unwrap().detach()
}

fn header(message: &OwnedMessage, name: &str) -> String {
    let header = message.headers().unwrap().iter().find(|header| header.key == name).unwrap();
    String::from_utf8(header.value.unwrap().to_vec()).unwrap()
}

fn find<'a>(spans: &'a [SpanData], name: &str) -> Option<&'a SpanData> {
    spans.iter().find(|span| span.name == name)
}

fn placed(spans: &[SpanData]) -> &SpanData {
    find(spans, "orders.v1.OrderService/PlaceOrder").unwrap()
}
