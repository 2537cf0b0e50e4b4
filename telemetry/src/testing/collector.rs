//! A collector for tests: what a process exports arrives here as it would anywhere.

mod batch;
mod gate;
mod grpc;
mod http;
mod partial;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Extension, extract::DefaultBodyLimit, middleware};
use tokio::{net::TcpListener, sync::watch};

use super::received::Received;
use crate::spawn::spawn;

/// An OTLP collector on a free port of 127.0.0.1 that keeps what it accepts; cheap to clone, a clone is
/// the same collector. It lives as long as the runtime in which it was started.
///
/// One address takes gRPC and HTTP/protobuf (`/v1/traces`, `/v1/logs`, `/v1/metrics`), each plain or
/// gzipped: give it to a process as `OTEL_EXPORTER_OTLP_ENDPOINT`. How it answers can be changed while
/// it runs, see [`Answer`].
///
/// ```no_run
/// # async fn test() -> std::io::Result<()> {
/// use telemetry::testing::{Answer, Collector, conventions};
///
/// let collector = Collector::start().await?;
/// // … start the service with OTEL_EXPORTER_OTLP_ENDPOINT = collector.address() …
/// let received = collector.wait_for(|all| all.spans().len() == 3).await;
/// conventions::assert_kept(&received);
/// collector.answer(Answer::Refuse);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Collector {
    received: Arc<watch::Sender<Received>>,
    answer: Arc<watch::Sender<Answer>>,
    socket: SocketAddr,
    address: Arc<str>,
}

/// How a [`Collector`] answers the batches that come from now on; one that waits already is not
/// affected. The failures are those that the OTLP specification knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answer {
    /// Everything is kept.
    #[default]
    Accept,
    /// As when the collector is overloaded: gRPC `UNAVAILABLE`, HTTP 503. An exporter may try again;
    /// nothing is kept.
    Refuse,
    /// As when the collector is overloaded and knows for how long: gRPC `RESOURCE_EXHAUSTED` with
    /// `RetryInfo`, HTTP 429 with `Retry-After` (in whole seconds). An exporter tries again then; nothing
    /// is kept.
    Throttle(Duration),
    /// As when a token is wrong: gRPC `PERMISSION_DENIED`, HTTP 403. It is no use to try again; nothing
    /// is kept.
    Forbid,
    /// Kept and answered this long after each batch came.
    Delay(Duration),
    /// Never: the connection stays open, nothing is kept.
    Never,
    /// Partial success: so many spans, log records or data points of each batch are not kept, and the
    /// answer says so. An exporter must not send them again.
    Reject(usize),
}

impl Collector {
    /// Starts one that accepts everything.
    ///
    /// # Errors
    /// When the operating system gives no port.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let collector = Self::at(listener.local_addr()?);
        collector.serve(listener);
        Ok(collector)
    }

    /// One that is not there: at its address nobody listens until it [appears](Self::appear).
    ///
    /// # Errors
    /// When the operating system gives no port.
    pub async fn absent() -> io::Result<Self> {
        Ok(Self::at(TcpListener::bind("127.0.0.1:0").await?.local_addr()?))
    }

    /// Begins to listen, after [`absent`](Self::absent).
    ///
    /// # Errors
    /// When it listens already, or another process took the port meanwhile.
    pub async fn appear(&self) -> io::Result<()> {
        self.serve(TcpListener::bind(self.socket).await?);
        Ok(())
    }

    fn at(socket: SocketAddr) -> Self {
        let address = format!("http://{socket}").into();
        Self { received: Arc::default(), answer: Arc::default(), socket, address }
    }

    fn serve(&self, listener: TcpListener) {
        let app = grpc::routes(self)
            .merge(http::routes())
            .layer(middleware::from_fn_with_state(self.clone(), gate::pass))
            .layer(DefaultBodyLimit::disable())
            .layer(Extension(self.clone()));
        spawn(async move { axum::serve(listener, app).await });
    }

    /// `http://127.0.0.1:port`, for gRPC and for HTTP.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Changes how batches are answered from now on.
    pub fn answer(&self, answer: Answer) {
        self.answer.send_replace(answer);
    }

    /// What has been kept so far.
    pub fn received(&self) -> Received {
        self.received.borrow().clone()
    }

    /// Waits until `predicate` holds for what has been kept, and returns that. It waits for batches,
    /// not for time: wrap it in a timeout so that a test that fails also ends.
    pub async fn wait_for(&self, predicate: impl Fn(&Received) -> bool) -> Received {
        let mut received = self.received.subscribe();
        loop {
            let all = received.borrow_and_update().clone();
            if predicate(&all) {
                return all;
            }
            // The sender lives as long as this collector.
            let _ = received.changed().await;
        }
    }

    fn keep(&self, keep: impl FnOnce(&mut Received)) {
        self.received.send_modify(keep);
    }

    /// How many items of a batch are to be rejected.
    fn to_reject(&self) -> usize {
        match *self.answer.borrow() {
            Answer::Reject(count) => count,
            _ => 0,
        }
    }
}
