use std::time::{Duration, Instant};

use local_servers::testing;
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    producer::{FutureProducer, FutureRecord},
};

#[tokio::test]
async fn a_new_group_reads_what_was_sent_without_the_three_seconds_wait() {
    let broker = testing::broker(&[("orders.placed", 3)]);
    let producer: FutureProducer =
        ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
    let record = FutureRecord::to("orders.placed").key("42").payload("tea");
    producer.send(record, Duration::from_secs(10)).await.unwrap();

    let consumer: StreamConsumer = ClientConfig::new()
        .set("bootstrap.servers", broker.address())
        .set("group.id", "readers")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "10")
        .create()
        .unwrap();
    consumer.subscribe(&["orders.placed"]).unwrap();
    let begin = Instant::now();
    let message = consumer.recv().await.unwrap();
    assert_eq!(message.payload(), Some("tea".as_bytes()));
    // Relative to the mock's default, which this must beat, not to the speed of the machine.
    assert!(begin.elapsed() < Duration::from_secs(3), "waited {:?}", begin.elapsed());

    let metadata = consumer.fetch_metadata(Some("orders.placed"), Duration::from_secs(10)).unwrap();
    assert_eq!(metadata.topics()[0].partitions().len(), 3);
}
