use std::time::Duration;

use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    message::{Header, Headers, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};
use uuid::Uuid;

use crate::system::{DEAD_LETTERS, System, TOPIC};

const PAYLOAD: &str = "no order";

#[tokio::test]
#[ignore = "make lesson-check 14"]
async fn lesson_14_a_dead_letter_that_was_replayed_says_so() {
    let system = System::start().await;
    let broker = system.broker.address();
    let letters: StreamConsumer = config(broker).create().unwrap();
    letters.subscribe(&[DEAD_LETTERS]).unwrap();
    let event_id = Uuid::now_v7().to_string();
    send(broker, vec![("event-id".to_owned(), event_id.clone())]).await;
    let first = headers(&next(&letters).await);
    let count = values(&first, "dead-letter-count");
    assert!(
        count == ["1"],
        "not yet: the values of the header `dead-letter-count` are {count:?} the first time, and should be [\"1\"]"
    );
    // Copied back as it is, but for a reason of long ago.
    let mut replayed = first;
    replayed.retain(|(name, _)| name != "dead-letter-reason");
    replayed.push(("dead-letter-reason".to_owned(), "internal_error".to_owned()));
    send(broker, replayed).await;
    let second = headers(&next(&letters).await);
    says_what_holds_now(&second);
    assert!(
        values(&second, "event-id") == [event_id.as_str()],
        "not yet: the headers that the sender gave are gone: a replay needs them"
    );
}

fn says_what_holds_now(second: &[(String, String)]) {
    for name in ["reason", "topic", "partition", "offset", "count"] {
        let name = format!("dead-letter-{name}");
        let values = values(second, &name);
        assert!(
            values.len() == 1,
            "not yet: a message that is replayed and fails again has the header `{name}` {} times: {values:?}. \
             Which of them holds?",
            values.len()
        );
    }
    let told = |name| values(second, name)[0].clone();
    assert!(
        told("dead-letter-reason") == "malformed_message",
        "not yet: the second time the reason is {}, and should be malformed_message: that of now",
        told("dead-letter-reason")
    );
    assert!(
        told("dead-letter-count") == "2",
        "not yet: the second time `dead-letter-count` is {}, and should be 2",
        told("dead-letter-count")
    );
}

fn config(broker: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", broker)
        .set("group.id", "lesson")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "10");
    config
}

async fn send(broker: &str, headers: Vec<(String, String)>) {
    let producer: FutureProducer = ClientConfig::new().set("bootstrap.servers", broker).create().unwrap();
    let headers = headers.iter().fold(OwnedHeaders::new(), |headers, (key, value)| {
        headers.insert(Header { key, value: Some(value) })
    });
    let record = FutureRecord::to(TOPIC).key("key").payload(PAYLOAD).headers(headers);
    producer.send(record, Duration::ZERO).await.unwrap();
}

async fn next(letters: &StreamConsumer) -> OwnedMessage {
    let letter = tokio::time::timeout(Duration::from_secs(30), letters.recv()).await;
    letter.expect("what is no order becomes a dead letter").unwrap().detach()
}

fn headers(message: &OwnedMessage) -> Vec<(String, String)> {
    let headers = message.headers().expect("a dead letter has headers").iter();
    let text = |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
    headers.map(|header| (header.key.to_owned(), text(header.value))).collect()
}

fn values(headers: &[(String, String)], name: &str) -> Vec<String> {
    headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.clone()).collect()
}
