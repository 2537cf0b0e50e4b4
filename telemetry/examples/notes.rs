//! A service that has nothing to do with orders: it keeps notes in PostgreSQL, counts readers in Redis and
//! asks another service. Each edge is observed by one line.
//!
//! ```sh
//! DATABASE_URL=postgres://… REDIS_URL=redis://… cargo run -p telemetry --example notes
//! ```

use axum::{Router, body::Body, extract::State, http::Request, response::Response, routing::get};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use redis::AsyncCommands;
use telemetry::{HttpClient, Postgres, Redis, TrustInbound};
use tower::{Service, ServiceExt};

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Upstream = HttpClient<Client<hyper_util::client::legacy::connect::HttpConnector, Body>>;

#[derive(Clone)]
struct Notes {
    database: Postgres,
    readers: Redis,
    upstream: Upstream,
}

async fn read(State(notes): State<Notes>) -> Result<String, String> {
    found(notes).await.map_err(|error| error.to_string())
}

async fn found(mut notes: Notes) -> Result<String, Failure> {
    let sql = "SELECT version()";
    let note: String = sqlx::query_scalar(sql).fetch_one(notes.database.named("SELECT version")).await?;
    let readers: u64 = notes.readers.incr("readers", 1).await?;
    Ok(format!("{note}, read {readers} times"))
}

async fn forward(State(mut notes): State<Notes>) -> Result<Response<Body>, String> {
    let request = Request::get("http://127.0.0.1:3001/").body(Body::empty()).map_err(|e| e.to_string())?;
    let upstream = notes.upstream.ready().await.map_err(|error| error.to_string())?;
    let answer = upstream.call(request).await.map_err(|error| error.to_string())?;
    Ok(answer.map(Body::new))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let guard = telemetry::init(telemetry::service!())?;
    let pool = sqlx::PgPool::connect_lazy(&std::env::var("DATABASE_URL")?)?;
    let client = redis::Client::open(std::env::var("REDIS_URL")?)?;
    let notes = Notes {
        database: guard.postgres(pool),
        readers: guard.redis(client.get_connection_manager().await?, client.get_connection_info()),
        upstream: guard.http_client(Client::builder(TokioExecutor::new()).build_http()),
    };
    let app = Router::new().route("/", get(read)).route("/forward", get(forward)).with_state(notes);
    let app = app.layer(guard.http_layer(TrustInbound::Never).skip(["/healthz"]));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app).with_graceful_shutdown(stop).await?;
    let report = guard.shutdown().await;
    if report.is_lossy() { Err(report.to_string().into()) } else { Ok(()) }
}
