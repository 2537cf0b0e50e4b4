//! The service as a test sees it.

use std::time::Duration;

use chassis::{Secret, Shutdown};
use clap::Parser;
use local_servers::{
    MockBroker,
    testing::{self, TestDatabase},
};
use proto::orders::v1::{
    Confirmed, Order, OrderLine, PlaceOrderRequest, SettleOrderRequest, SettleOrderResponse,
    order_service_client::OrderServiceClient, settle_order_request::Outcome,
};
use service::{App, Config, MIGRATIONS, SERVICE, Secrets};
use sqlx::PgPool;
use telemetry::testing::Recorder;
use tokio::{net::TcpListener, task::JoinHandle};
use tonic::{Response, Status, transport::Channel};
use uuid::Uuid;

pub const TOPIC: &str = "orders.placed";

/// When a test gives up: what it waits for takes milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks until it is so; there is nothing that tells.
pub async fn until(is_so: impl AsyncFn() -> bool) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it never became so");
}

pub struct TestApp {
    pub client: OrderServiceClient<Channel>,
    pub channel: Channel,
    pub recorder: Recorder,
    pub broker: MockBroker,
    /// Straight into the service's database, to look and to disturb.
    pub pool: PgPool,
    pub user: Uuid,
    shutdown: Shutdown,
    server: JoinHandle<Result<(), chassis::StartError>>,
    _database: TestDatabase,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(&[], &testing::redis_url()).await
    }

    pub async fn start_with(arguments: &[&str], redis_url: &str) -> Self {
        Self::start_after("SELECT 1", arguments, redis_url).await
    }

    /// With a database in which `sql` has been run before the service starts.
    pub async fn start_after(sql: &'static str, arguments: &[&str], redis_url: &str) -> Self {
        let database = TestDatabase::create(&MIGRATIONS).await;
        let pool = PgPool::connect(database.url()).await.unwrap();
        sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        let broker = testing::broker(&[(TOPIC, 3)]);
        let (telemetry, recorder) = Recorder::new(SERVICE);
        let secrets =
            Secrets { database_url: Secret::new(database.url()), redis_url: Secret::new(redis_url) };
        let own = ["orders", "--kafka-brokers", broker.address()];
        let config = Config::parse_from(own.iter().chain(arguments));
        let app = App::new(&config, &secrets, &telemetry).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let server = telemetry::spawn(service::serve(listener, app, shutdown.clone()));
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        let client = OrderServiceClient::new(channel.clone());
        let user = Uuid::now_v7();
        Self { client, channel, recorder, broker, pool, user, shutdown, server, _database: database }
    }

    /// A request of this test's user, with a key of its own.
    pub fn request(&self, lines: &[(&str, u32)]) -> PlaceOrderRequest {
        self.request_with_key(&Uuid::now_v7().to_string(), lines)
    }

    pub fn request_with_key(&self, key: &str, lines: &[(&str, u32)]) -> PlaceOrderRequest {
        let line = |&(sku, quantity): &(&str, u32)| OrderLine { sku: sku.into(), quantity };
        PlaceOrderRequest {
            user_id: self.user.to_string(),
            idempotency_key: key.into(),
            lines: lines.iter().map(line).collect(),
        }
    }

    pub async fn try_place(&self, request: PlaceOrderRequest) -> Result<Order, Status> {
        let answer = self.client.clone().place_order(request).await?;
        Ok(answer.into_inner().order.unwrap())
    }

    pub async fn place(&self, lines: &[(&str, u32)]) -> Order {
        self.try_place(self.request(lines)).await.unwrap()
    }

    pub async fn settle(&self, id: &str, outcome: Outcome) -> Result<Response<SettleOrderResponse>, Status> {
        let request = SettleOrderRequest { order_id: id.into(), outcome: Some(outcome) };
        self.client.clone().settle_order(request).await
    }

    pub async fn confirm(&self, id: &str) -> Result<Response<SettleOrderResponse>, Status> {
        self.settle(id, Outcome::Confirmed(Confirmed {})).await
    }

    pub async fn count(&self, table: &'static str) -> i64 {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.unwrap()
    }

    /// Ends the service; every call in flight has been answered and every event published then.
    pub async fn stop(self) {
        self.shutdown.request();
        // A server waits for its connections; ours has to go first.
        drop((self.client, self.channel));
        self.server.await.unwrap().unwrap();
    }
}
