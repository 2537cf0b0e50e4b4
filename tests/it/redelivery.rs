//! Events that come again.

use std::time::Duration;

use rdkafka::{
    ClientConfig, Message,
    producer::{FutureProducer, FutureRecord},
};
use sqlx::PgPool;
use throughline::contract;

use crate::{
    customer::Customer,
    system::{System, TOPIC},
    topic::first_record,
};

#[tokio::test]
async fn an_event_that_comes_twice_reserves_once_and_stays_in_its_trace() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "CUP-010").await;
    assert_eq!(customer.settled(&id).await["status"], "confirmed");

    send_first_record_again(system.broker.address()).await;
    let processed = |store: &throughline::viewer::Store| {
        let spans = store.spans();
        (spans.iter().filter(|span| span.name() == "process orders.placed").count() == 2).then_some(())
    };
    let both = tokio::time::timeout(Duration::from_secs(60), system.viewer.store().wait_for(processed)).await;
    assert!(both.is_ok(), "the second record was not processed:\n{}", system.logs());

    system.stop_services().await;
    let stock = PgPool::connect(system.stock.url()).await.unwrap();
    let available: i64 = sqlx::query_scalar("SELECT available FROM stock WHERE sku = 'CUP-010'")
        .fetch_one(&stock)
        .await
        .unwrap();
    assert_eq!(available, 799);
    let violations = contract::check(&contract::confirmed(), &system.trace(&trace_id));
    assert!(violations.is_empty(), "{violations:#?}");
}

async fn send_first_record_again(broker: &str) {
    let message = first_record(broker).await;
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", broker).create().unwrap();
    let again = FutureRecord::to(TOPIC)
        .key(message.key().unwrap())
        .payload(message.payload().unwrap())
        .headers(message.headers().unwrap().clone());
    producer.send(again, None).await.unwrap();
}
