//! The service as a test sees it. Nobody serves at its `ORDERS_URL` unless a test says otherwise.

use std::time::Duration;

use chassis::{Secret, Shutdown, StartError};
use clap::Parser;
use local_servers::{
    MockBroker,
    testing::{self, TestDatabase},
};
use prost::Message as _;
use proto::events::v1::{OrderPlaced, order_placed::Line};
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    message::{Header, Headers, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};
use service::{App, Config, MIGRATIONS, SERVICE, Secrets};
use sqlx::PgPool;
use telemetry::testing::{Recorder, tree};
use tokio::{task::JoinHandle, time::timeout};
use uuid::Uuid;

pub const TOPIC: &str = "orders.placed";
pub const DEAD_LETTERS: &str = "orders.placed.dead-letter";
/// When a test gives up: what it waits for takes seconds at most.
const PATIENCE: Duration = Duration::from_secs(60);
const NOBODY: &str = "http://127.0.0.1:1";

pub struct TestApp {
    pub recorder: Recorder,
    pub pool: PgPool,
    broker: MockBroker,
    producer: FutureProducer,
    shutdown: Shutdown,
    worker: JoinHandle<Result<(), StartError>>,
    _database: TestDatabase,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(NOBODY).await
    }

    pub async fn start_with(orders_url: &str) -> Self {
        let database = TestDatabase::create(&MIGRATIONS).await;
        let pool = PgPool::connect(database.url()).await.unwrap();
        let broker = testing::broker(&[(TOPIC, 3), (DEAD_LETTERS, 1)]);
        let producer = ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
        let (telemetry, recorder) = Recorder::new(SERVICE);
        let app = app(&broker, &database, orders_url, &telemetry);
        let shutdown = Shutdown::new();
        let worker = telemetry::spawn(service::serve(app, shutdown.clone()));
        Self { recorder, pool, broker, producer, shutdown, worker, _database: database }
    }

    pub async fn publish(&self, payload: &[u8], headers: &[(&str, &str)]) {
        self.publish_to(None, payload, headers).await;
    }

    pub async fn publish_to(&self, partition: Option<i32>, payload: &[u8], headers: &[(&str, &str)]) {
        let add = |headers: OwnedHeaders, &(key, value): &(&str, &str)| {
            headers.insert(Header { key, value: Some(value) })
        };
        let headers = headers.iter().fold(OwnedHeaders::new(), add);
        let mut record = FutureRecord::to(TOPIC).key("key").payload(payload).headers(headers);
        record.partition = partition;
        self.producer.send(record, None).await.unwrap();
    }

    /// All that there will be, from the first on.
    pub fn dead_letters(&self) -> StreamConsumer {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.broker.address())
            .set("group.id", "test")
            .set("auto.offset.reset", "earliest")
            .set("fetch.wait.max.ms", "10")
            .create()
            .unwrap();
        consumer.subscribe(&[DEAD_LETTERS]).unwrap();
        consumer
    }

    pub async fn next_dead_letter(&self) -> OwnedMessage {
        self.next_of(&self.dead_letters()).await
    }

    pub async fn next_of(&self, dead_letters: &StreamConsumer) -> OwnedMessage {
        match timeout(PATIENCE, dead_letters.recv()).await {
            Ok(message) => message.unwrap().detach(),
            Err(_) => panic!("there is no dead letter. Recorded:\n{}", tree(&self.recorder.spans())),
        }
    }

    pub async fn available(&self, sku: &str) -> Option<i64> {
        let sql = "SELECT available FROM stock WHERE sku = $1";
        sqlx::query_scalar(sql).bind(sku).fetch_one(&self.pool).await.unwrap()
    }

    pub async fn stop(self) {
        self.shutdown.request();
        self.worker.await.unwrap().unwrap();
    }
}

fn app(
    broker: &MockBroker,
    database: &TestDatabase,
    orders_url: &str,
    telemetry: &telemetry::Telemetry,
) -> App {
    let secrets = Secrets { database_url: Secret::new(database.url()) };
    let config = Config::parse_from([
        "order-worker",
        "--kafka-brokers",
        broker.address(),
        "--kafka-fetch-wait-max-ms",
        "10",
        "--orders-url",
        orders_url,
    ]);
    App::new(&config, &secrets, telemetry).unwrap()
}

pub fn order(order_id: Uuid, lines: &[(&str, u32)]) -> Vec<u8> {
    let line = |&(sku, quantity): &(&str, u32)| Line { sku: sku.into(), quantity };
    OrderPlaced {
        order_id: order_id.to_string(),
        lines: lines.iter().map(line).collect(),
        ..Default::default()
    }
    .encode_to_vec()
}

pub fn header(message: &OwnedMessage, name: &str) -> String {
    let header = message.headers().unwrap().iter().find(|header| header.key == name).unwrap();
    String::from_utf8(header.value.unwrap().to_vec()).unwrap()
}
