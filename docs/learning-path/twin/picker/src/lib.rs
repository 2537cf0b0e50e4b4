//! The picker of the library: reads from Kafka which books are wanted, and notes them in its [`store`].

mod store;

use std::str;

use anyhow::Context;
use prost::Message as _;
use proto::v1::HoldPlaced;
use rdkafka::{
    ClientConfig, Message,
    consumer::{CommitMode, Consumer, StreamConsumer},
    message::{BorrowedMessage, Headers},
};
use tokio::signal::unix;
use uuid::Uuid;

use crate::store::Store;

const TOPIC: &str = "holds.placed";

/// Works until it is told to stop. A failure of the database ends it: started again, it is given the
/// same message again.
pub async fn run() -> anyhow::Result<()> {
    let store = Store::connect(&variable("DATABASE_URL")?).await?;
    let consumer: StreamConsumer = config()?.create()?;
    consumer.subscribe(&[TOPIC])?;
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    loop {
        let message = tokio::select! {
            message = consumer.recv() => message?,
            _ = terminate.recv() => break,
        };
        handle(&store, event_id(&message), message.payload().unwrap_or_default()).await?;
        consumer.commit_message(&message, CommitMode::Async)?;
    }
    Ok(())
}

fn config() -> anyhow::Result<ClientConfig> {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", variable("KAFKA_BROKERS")?)
        .set("group.id", "picker")
        .set("enable.auto.commit", "false")
        .set("auto.offset.reset", "earliest")
        .set("fetch.wait.max.ms", "10");
    Ok(config)
}

fn event_id<'a>(message: &'a BorrowedMessage<'_>) -> Option<&'a [u8]> {
    message.headers()?.iter().find(|header| header.key == "event-id")?.value
}

async fn handle(store: &Store, event_id: Option<&[u8]>, payload: &[u8]) -> Result<(), sqlx::Error> {
    let event_id = event_id.and_then(|id| Uuid::parse_str(str::from_utf8(id).ok()?).ok());
    let (Some(event_id), Ok(placed)) = (event_id, HoldPlaced::decode(payload)) else {
        eprintln!("a message that nobody can read is left out");
        return Ok(());
    };
    store.pick(event_id, &placed).await
}

fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set"))
}
