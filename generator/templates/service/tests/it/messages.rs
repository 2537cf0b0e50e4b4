use rdkafka::Message;
use uuid::Uuid;

use crate::{
    broker::{TOPIC, header},
    support::TestApp,
};

async fn names(app: &TestApp) -> Vec<String> {
    let pool = sqlx::PgPool::connect(app.database.url()).await.unwrap();
    sqlx::query_scalar("SELECT name FROM my_things ORDER BY name").fetch_all(&pool).await.unwrap()
}

#[tokio::test]
async fn an_event_that_comes_twice_is_handled_once() {
    let app = TestApp::start().await;
    let event_id = Uuid::now_v7();
    app.broker.request(event_id, "first", &[]).await;
    app.broker.request(event_id, "first", &[]).await;
    app.ended(&format!("commit {TOPIC}"), 2).await;
    assert_eq!(names(&app).await, ["first"]);
    app.stop().await;
}

#[tokio::test]
async fn what_can_not_be_handled_becomes_a_dead_letter_as_it_came() {
    let app = TestApp::start().await;
    let event_id = Uuid::now_v7().to_string();
    app.broker.send(b"\xff\xff no protobuf", &[("event-id", &event_id)]).await;
    let letter = app.broker.next_dead_letter().await;
    assert_eq!(letter.payload(), Some(b"\xff\xff no protobuf".as_slice()));
    assert_eq!(header(&letter, "event-id"), event_id);
    assert_eq!(header(&letter, "dead-letter-reason"), "invalid_request");
    assert_eq!(header(&letter, "dead-letter-topic"), TOPIC);
    app.stop().await;
}

#[tokio::test]
async fn an_event_without_an_id_becomes_a_dead_letter() {
    let app = TestApp::start().await;
    app.broker.send(b"", &[]).await;
    assert_eq!(header(&app.broker.next_dead_letter().await, "dead-letter-reason"), "invalid_request");
    app.stop().await;
}

#[tokio::test]
async fn a_message_that_keeps_failing_becomes_a_dead_letter() {
    let app = TestApp::start().await;
    let pool = sqlx::PgPool::connect(app.database.url()).await.unwrap();
    sqlx::query("ALTER TABLE my_things RENAME TO hidden").execute(&pool).await.unwrap();
    app.broker.request(Uuid::now_v7(), "first", &[]).await;
    assert_eq!(header(&app.broker.next_dead_letter().await, "dead-letter-reason"), "internal_error");
    app.stop().await;
}
