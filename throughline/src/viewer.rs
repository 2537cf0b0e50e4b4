//! The trace viewer: a small OTLP collector in memory, with Jaeger's user interface.
//!
//! Telemetry comes in by [`otlp_grpc`] or [`otlp_http`]; both hand it to [`otlp`], which checks it and
//! puts its spans into the [`store`]. The store keeps [`span`]s by trace, within fixed limits.
//! [`ui`] serves Jaeger's pages and answers their questions: [`search`] finds traces,
//! [`jaeger_tags`] and [`jaeger_json`] put them into the shape that the pages read, and
//! [`dependencies`] counts who calls whom. Log records are kept in the [`log_store`], for
//! `throughline logs`.

mod otlp;
mod otlp_grpc;
mod otlp_http;
mod span;
mod store;
mod search;
mod log_store;
mod log_json;
mod jaeger_tags;
mod jaeger_json;
mod dependencies;
mod ui;

use std::{future::Future, io, net::SocketAddr};

use tokio::{net::TcpListener, task::JoinSet};

pub use log_json::LogLine;
pub use log_store::{LogStore, RecordedLog};
pub use span::{Kind, RecordedSpan, Status};
pub use store::{Counts, Limits, Store, Trace};

/// Why the viewer can't start.
#[derive(Debug, thiserror::Error)]
#[error("the trace viewer can't listen on {address} ({source}): stop the program that uses this port")]
pub struct ViewerError {
    address: SocketAddr,
    source: io::Error,
}

/// A running viewer. Dropping it closes its ports and forgets its spans.
#[derive(Debug)]
pub struct Viewer {
    store: Store,
    otlp_grpc: SocketAddr,
    otlp_http: SocketAddr,
    ui: SocketAddr,
    /// Aborted when dropped.
    _servers: JoinSet<()>,
}

impl Viewer {
    /// Listens on three addresses (port 0: any free one) and answers when this returns.
    ///
    /// # Errors
    /// When an address can't be bound.
    pub async fn start(
        otlp_grpc: SocketAddr,
        otlp_http: SocketAddr,
        ui: SocketAddr,
    ) -> Result<Self, ViewerError> {
        Self::start_with_limits(otlp_grpc, otlp_http, ui, Limits::default()).await
    }

    /// The same, with limits of one's own.
    ///
    /// # Errors
    /// When an address can't be bound.
    pub async fn start_with_limits(
        otlp_grpc: SocketAddr,
        otlp_http: SocketAddr,
        ui: SocketAddr,
        limits: Limits,
    ) -> Result<Self, ViewerError> {
        let store = Store::new(limits);
        let (grpc_listener, otlp_grpc) = listen(otlp_grpc).await?;
        let (http_listener, otlp_http) = listen(otlp_http).await?;
        let (ui_listener, ui) = listen(ui).await?;
        let mut servers = JoinSet::new();
        servers.spawn(until_dropped(otlp_grpc::serve(grpc_listener, store.clone())));
        servers.spawn(until_dropped(serve_http(http_listener, otlp_http::router(store.clone()))));
        servers.spawn(until_dropped(serve_http(ui_listener, ui::router(store.clone()))));
        Ok(Self { store, otlp_grpc, otlp_http, ui, _servers: servers })
    }

    /// What has arrived.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Where OTLP over gRPC comes in.
    pub fn otlp_grpc(&self) -> SocketAddr {
        self.otlp_grpc
    }

    /// Where OTLP over HTTP comes in.
    pub fn otlp_http(&self) -> SocketAddr {
        self.otlp_http
    }

    /// Where the pages are.
    pub fn ui(&self) -> SocketAddr {
        self.ui
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ViewerError> {
    let bound = async {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    bound.await.map_err(|source| ViewerError { address, source })
}

async fn serve_http(listener: TcpListener, router: axum::Router) -> Result<(), io::Error> {
    axum::serve(listener, router).await
}

/// Both servers accept until they are dropped; neither ends because of one bad connection.
async fn until_dropped<E>(serve: impl Future<Output = Result<(), E>>) {
    let _ = serve.await;
}
