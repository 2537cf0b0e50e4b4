//! The service as a test sees it.

use chassis::{Secret, Shutdown};
use clap::Parser;
use local_servers::testing::{self, TestDatabase};
use proto::users::v1::{RegisterRequest, User, user_service_client::UserServiceClient};
use service::{App, Config, MIGRATIONS, SERVICE, Secrets};
use telemetry::testing::Recorder;
use tokio::{net::TcpListener, task::JoinHandle};
use tonic::transport::Channel;

pub struct TestApp {
    pub client: UserServiceClient<Channel>,
    pub channel: Channel,
    pub recorder: Recorder,
    pub database: TestDatabase,
    shutdown: Shutdown,
    server: JoinHandle<Result<(), chassis::StartError>>,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with_redis(&testing::redis_url()).await
    }

    /// With a cache that nobody serves.
    pub async fn start_without_redis() -> Self {
        Self::start_with_redis("redis://127.0.0.1:1/0").await
    }

    async fn start_with_redis(redis_url: &str) -> Self {
        Self::start_on(TestDatabase::create(&MIGRATIONS).await, &[], redis_url).await
    }

    /// With a database that nobody serves.
    pub async fn start_without_postgres() -> Self {
        let database = TestDatabase::create(&MIGRATIONS).await;
        Self::start_at("postgres://127.0.0.1:1/users", database, &[], &testing::redis_url()).await
    }

    pub async fn start_with(database: TestDatabase, arguments: &[&str]) -> Self {
        Self::start_on(database, arguments, &testing::redis_url()).await
    }

    async fn start_on(database: TestDatabase, arguments: &[&str], redis_url: &str) -> Self {
        let url = database.url().to_owned();
        Self::start_at(&url, database, arguments, redis_url).await
    }

    async fn start_at(url: &str, database: TestDatabase, arguments: &[&str], redis_url: &str) -> Self {
        let (telemetry, recorder) = Recorder::new(SERVICE);
        let secrets = Secrets { database_url: Secret::new(url), redis_url: Secret::new(redis_url) };
        let config = Config::parse_from(["users"].iter().chain(arguments));
        let app = App::new(&config, &secrets, &telemetry).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::new();
        let server = telemetry::spawn(service::serve(listener, app, shutdown.clone()));
        let channel = Channel::from_shared(format!("http://{address}")).unwrap().connect_lazy();
        let client = UserServiceClient::new(channel.clone());
        Self { client, channel, recorder, database, shutdown, server }
    }

    pub async fn register(&mut self, email: &str) -> User {
        let answer = self.client.register(registration(email)).await.unwrap();
        answer.into_inner().user.unwrap()
    }

    /// Ends the service; every call in flight has been answered then. Its database stays.
    pub async fn stop(self) -> TestDatabase {
        self.shutdown.request();
        // A server waits for its connections; ours has to go first.
        drop((self.client, self.channel));
        self.server.await.unwrap().unwrap();
        self.database
    }
}

pub fn registration(email: &str) -> RegisterRequest {
    RegisterRequest { email: email.into(), name: "Ada".into(), password: PASSWORD.into() }
}

pub const PASSWORD: &str = "correct horse battery";
