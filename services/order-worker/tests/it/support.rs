//! The service as a test sees it. Nobody serves at its `ORDERS_URL`.

use chassis::{Secret, Shutdown, StartError};
use clap::Parser;
use local_servers::{
    MockBroker,
    testing::{self, TestDatabase},
};
use prost::Message as _;
use proto::events::v1::{OrderPlaced, order_placed::Line};
use rdkafka::{
    ClientConfig,
    consumer::{Consumer, StreamConsumer},
    message::{Header, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};
use service::{App, Config, MIGRATIONS, SERVICE, Secrets};
use sqlx::PgPool;
use telemetry::testing::Recorder;
use tokio::task::JoinHandle;
use uuid::Uuid;

pub const TOPIC: &str = "orders.placed";
pub const DEAD_LETTERS: &str = "orders.placed.dead-letter";

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
        let database = TestDatabase::create(&MIGRATIONS).await;
        let pool = PgPool::connect(database.url()).await.unwrap();
        let broker = testing::broker(&[(TOPIC, 3), (DEAD_LETTERS, 1)]);
        let producer = ClientConfig::new().set("bootstrap.servers", broker.address()).create().unwrap();
        let (telemetry, recorder) = Recorder::new(SERVICE);
        let app = app(&broker, &database, &telemetry);
        let shutdown = Shutdown::new();
        let worker = telemetry::spawn(service::serve(app, shutdown.clone()));
        Self { recorder, pool, broker, producer, shutdown, worker, _database: database }
    }

    pub async fn publish(&self, payload: &[u8], headers: &[(&str, &str)]) {
        let add = |headers: OwnedHeaders, &(key, value): &(&str, &str)| {
            headers.insert(Header { key, value: Some(value) })
        };
        let headers = headers.iter().fold(OwnedHeaders::new(), add);
        let record = FutureRecord::to(TOPIC).key("key").payload(payload).headers(headers);
        self.producer.send(record, None).await.unwrap();
    }

    pub async fn next_dead_letter(&self) -> OwnedMessage {
        let consumer: StreamConsumer = ClientConfig::new()
            .set("bootstrap.servers", self.broker.address())
            .set("group.id", "test")
            .set("auto.offset.reset", "earliest")
            .set("fetch.wait.max.ms", "10")
            .create()
            .unwrap();
        consumer.subscribe(&[DEAD_LETTERS]).unwrap();
        consumer.recv().await.unwrap().detach()
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

fn app(broker: &MockBroker, database: &TestDatabase, telemetry: &telemetry::Telemetry) -> App {
    let secrets = Secrets { database_url: Secret::new(database.url()) };
    let config = Config::parse_from([
        "order-worker",
        "--kafka-brokers",
        broker.address(),
        "--kafka-fetch-wait-max-ms",
        "10",
        "--orders-url",
        "http://127.0.0.1:1",
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
