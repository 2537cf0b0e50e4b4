//! The desk of the library: places holds, over gRPC ([`grpc`]). Each leaves an event in the [`outbox`](store),
//! which the [`relay`] publishes to Kafka.

mod grpc;
mod relay;
mod store;

use std::sync::Arc;

use anyhow::Context;
use proto::v1::hold_service_server::HoldServiceServer;
use tokio::{net::TcpListener, signal::unix, sync::Notify};
use tonic::transport::{Server, server::TcpIncoming};

use crate::{grpc::Desk, relay::Relay, store::Store};

/// Serves until it is told to stop.
pub async fn run() -> anyhow::Result<()> {
    let store = Store::connect(&variable("DATABASE_URL")?).await?;
    let bell = Arc::new(Notify::new());
    let producer = relay::producer(&variable("KAFKA_BROKERS")?)?;
    let relay = Relay { producer, store: store.clone(), bell: bell.clone() };
    let relay = tokio::spawn(relay.run());
    let listener = TcpListener::bind(variable("LISTEN_ADDR")?).await?;
    Server::builder()
        .add_service(HoldServiceServer::new(Desk { store, bell }))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener), stop()?)
        .await?;
    relay.abort();
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
