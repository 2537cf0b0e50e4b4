use std::collections::HashMap;

use telemetry::testing::SpanData;
use tokio::net::TcpListener;
use tonic::{
    service::Routes,
    transport::{Server, server::TcpIncoming},
};
use uuid::Uuid;

use crate::support::{TestApp, header, order};

/// Far more than wait for one partition's task.
const MANY: usize = 600;

/// An orders service that knows no method, so that every settlement is refused for good.
async fn refusing_orders() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::builder().add_routes(Routes::default());
    telemetry::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    format!("http://{address}")
}

async fn publish_malformed(app: &TestApp, partition: i32) {
    for _ in 0..MANY {
        let event_id = Uuid::now_v7().to_string();
        app.publish_to(Some(partition), b"no order", &[("event-id", &event_id)]).await;
    }
}

fn count(spans: &[SpanData], name: &str) -> usize {
    spans.iter().filter(|span| span.name == name).count()
}

fn is_poll_of_the_blocked(span: &SpanData) -> bool {
    span.name == "poll orders.placed"
        && attribute(span, "messaging.destination.partition.id").as_deref() == Some("0")
}

fn attribute(span: &SpanData, key: &str) -> Option<String> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key.as_str() == key);
    attribute.map(|attribute| attribute.value.to_string())
}

/// The first message of partition 0 waits for a row that is locked, with many behind it.
#[tokio::test]
async fn a_partition_that_waits_holds_up_no_other_and_goes_on_in_its_order() {
    let app = TestApp::start_with(&refusing_orders().await).await;
    let mut lock = app.pool.begin().await.unwrap();
    sqlx::query("SELECT FROM stock WHERE sku = 'POT-020' FOR UPDATE").execute(&mut *lock).await.unwrap();
    let event_id = Uuid::now_v7().to_string();
    let blocked = order(Uuid::now_v7(), &[("POT-020", 1)]);
    app.publish_to(Some(0), &blocked, &[("event-id", &event_id)]).await;
    publish_malformed(&app, 0).await;
    // More than once if the publishing took longer than a statement may: it is tried again.
    app.recorder.wait_for(|spans| count(spans, "BEGIN") >= 1).await;
    publish_malformed(&app, 1).await;

    let dead_letters = app.dead_letters();
    for offset in 0..MANY {
        let letter = app.next_of(&dead_letters).await;
        assert_eq!(header(&letter, "dead-letter-partition"), "1", "the other one is blocked");
        assert_eq!(header(&letter, "dead-letter-offset"), offset.to_string());
    }
    let handed_over = app.recorder.spans().iter().filter(|span| is_poll_of_the_blocked(span)).count();
    assert!(handed_over <= MANY / 2, "it was not paused: {handed_over} wait");
    lock.rollback().await.unwrap();
    for offset in 0..=MANY {
        let letter = app.next_of(&dead_letters).await;
        assert_eq!(header(&letter, "dead-letter-partition"), "0");
        assert_eq!(header(&letter, "dead-letter-offset"), offset.to_string(), "in order, none left out");
        let reason = if offset == 0 { "settlement_refused" } else { "malformed_message" };
        assert_eq!(header(&letter, "dead-letter-reason"), reason);
    }
    let spans = app.recorder.wait_for(|spans| count(spans, "commit orders.placed") == 2 * MANY + 1).await;
    let mut worked_on: HashMap<String, usize> = HashMap::new();
    for span in spans.iter().filter(|span| span.name == "process orders.placed") {
        let place = ["messaging.destination.partition.id", "messaging.kafka.offset"]
            .map(|key| attribute(span, key).unwrap());
        *worked_on.entry(place.join(":")).or_default() += 1;
    }
    assert_eq!(worked_on.len(), 2 * MANY + 1);
    assert!(worked_on.values().all(|times| *times == 1), "{worked_on:?}");
    drop(dead_letters);
    app.stop().await;
}
