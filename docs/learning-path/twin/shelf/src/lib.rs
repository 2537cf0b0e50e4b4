//! The front of the library, over HTTP. Books are in PostgreSQL ([`books`]), those that were asked for in
//! Redis too ([`cache`]); holds are placed at the desk, by gRPC. [`http`] is the edge.

mod books;
mod cache;
mod http;

use anyhow::Context;
use proto::v1::hold_service_client::HoldServiceClient;
use tokio::{net::TcpListener, signal::unix};
use tonic::transport::Channel;

use crate::{books::Books, cache::Cache, http::App};

/// Serves until it is told to stop.
pub async fn run() -> anyhow::Result<()> {
    let books = Books::connect(&variable("DATABASE_URL")?).await?;
    let cache = Cache::connect(&variable("REDIS_URL")?).await?;
    let desk = Channel::from_shared(variable("DESK_URL")?)?.connect_lazy();
    let app = http::router(App { books, cache, desk: HoldServiceClient::new(desk) });
    let listener = TcpListener::bind(variable("LISTEN_ADDR")?).await?;
    axum::serve(listener, app).with_graceful_shutdown(stop()?).await?;
    Ok(())
}

fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set"))
}

fn stop() -> std::io::Result<impl Future<Output = ()>> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    Ok(async move {
        terminate.recv().await;
    })
}
