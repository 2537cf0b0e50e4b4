//! The services, started for one check.

use std::{fs, future::Future, time::Duration};

use library::{Library, Settings};
use local_servers::{
    MockBroker, ports,
    testing::{self, TestDatabase},
};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sqlx::{PgPool, migrate::Migrator};
use telemetry::testing::Collector;
use tempfile::TempDir;

use crate::told::Told;

pub const FRANKENSTEIN: &str = "/books/9780486282114";

/// Only a check that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Twin {
    library: Library,
    collector: Collector,
    pub shelf: TestDatabase,
    pub picker: TestDatabase,
    pub redis: String,
    url: String,
    http: reqwest::Client,
    logs: TempDir,
    _desk: TestDatabase,
    _broker: MockBroker,
}

/// Asks until it is so: of another process nobody tells. False when it never became so.
pub async fn until(is_so: impl AsyncFn() -> bool) -> bool {
    let asked = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asked).await.is_ok()
}

async fn in_time<T>(what: &str, work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(PATIENCE, work).await;
    done.unwrap_or_else(|_| panic!("not yet: {what} takes longer than {PATIENCE:?}"))
}

impl Twin {
    pub async fn start() -> Self {
        let empty = Migrator::DEFAULT;
        let databases = [(); 3].map(|()| TestDatabase::create(&empty));
        let [shelf, desk, picker] = databases;
        let (shelf, desk, picker) = (shelf.await, desk.await, picker.await);
        let broker = testing::broker(&[("holds.placed", 1)]);
        let collector = Collector::start().await.unwrap();
        let [shelf_port, desk_port] = ports::free().unwrap();
        let logs = tempfile::tempdir().unwrap();
        let redis = testing::redis_url();
        let settings = Settings {
            program: env!("CARGO_BIN_EXE_library").into(),
            shelf: format!("127.0.0.1:{shelf_port}"),
            desk: format!("127.0.0.1:{desk_port}"),
            databases: [&shelf, &desk, &picker].map(|database| database.url().to_owned()),
            redis: redis.clone(),
            kafka: broker.address().to_owned(),
            logs: Some(logs.path().to_owned()),
            variables: vec![("OTEL_EXPORTER_OTLP_ENDPOINT".to_owned(), collector.address().to_owned())],
        };
        let started = in_time("the start", Library::start(settings)).await;
        let library = started.unwrap_or_else(|error| panic!("not yet: {error}\n\n{}", written(&logs)));
        let url = format!("http://127.0.0.1:{shelf_port}");
        let http = reqwest::Client::new();
        Self { library, collector, shelf, picker, redis, url, http, logs, _desk: desk, _broker: broker }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.url))
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.url)).json(body)
    }

    /// Sends a request that must be answered like this.
    pub async fn answered(&self, request: RequestBuilder, status: StatusCode) -> reqwest::Response {
        let answer = in_time("an answer", request.send()).await;
        let answer = answer.unwrap_or_else(|error| panic!("not yet: {error}\n\n{}", written(&self.logs)));
        let other = answer.status();
        assert!(
            other == status,
            "not yet: a request is answered {other}, not {status}\n\n{}",
            written(&self.logs)
        );
        answer
    }

    pub async fn reads(&self, path: &str) {
        self.answered(self.get(path), StatusCode::OK).await;
    }

    pub async fn adds(&self, isbn: &str, title: &str) {
        let book = json!({ "isbn": isbn, "title": title, "copies": 2 });
        self.answered(self.post("/books", &book), StatusCode::CREATED).await;
    }

    /// Places a hold, and waits until the picker has noted it.
    pub async fn places_a_hold(&self) {
        let hold = self.post(&format!("{FRANKENSTEIN}/holds"), &json!({ "reader": "Ada" }));
        self.answered(hold, StatusCode::ACCEPTED).await;
        let database = PgPool::connect(self.picker.url()).await.unwrap();
        let picked = until(async || {
            let count: i64 =
                sqlx::query_scalar("SELECT count(*) FROM picks").fetch_one(&database).await.unwrap();
            count > 0
        });
        assert!(picked.await, "not yet: the hold never got to the picker\n\n{}", written(&self.logs));
    }

    pub async fn without_desk(&mut self) {
        self.library.stop_one("desk").await;
    }

    /// Stops all services as an orchestrator does. Who ends well has exported everything then.
    pub async fn closed(mut self) -> Told {
        self.library.stop().await;
        Told::of(self.collector.received())
    }
}

/// Everything that the services wrote.
fn written(logs: &TempDir) -> String {
    let files = fs::read_dir(logs.path()).unwrap();
    files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}
