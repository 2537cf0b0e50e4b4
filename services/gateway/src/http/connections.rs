//! From sockets to requests. `axum::serve` would do, but has no limit for what a caller may send before
//! the first handler runs: without one, idle sockets cost an attacker nothing and keep a server busy.

use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt;

/// Each takes a file descriptor. The next ones wait in the system's queue.
const MAX_CONNECTIONS: usize = 4096;
/// For all headers of a request together, and between two requests on one connection. Also the longest
/// that half a request can hold up a stop.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// After `accept` failed: mostly there are no file descriptors left, and trying at once would spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Accepts until `stop`, then returns once the requests in flight are answered.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    let mut stop = pin!(stop);
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            () = &mut stop => break,
        };
        let Some((stream, peer, slot)) = accepted else { continue };
        telemetry::spawn(answer(stream, peer, router.clone(), open.watcher(), slot));
    }
    // Whoever connects now is refused and goes to another replica.
    drop(listener);
    open.shutdown().await;
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, slot)),
        Err(error) => {
            tracing::error!(error = %error, "a connection can't be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// HTTP/1.1 only: it is what reverse proxies speak to a service, and nobody speaks HTTP/2 without TLS
/// unless told to.
async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
    _slot: OwnedSemaphorePermit,
) {
    // Without it small answers can wait for the acknowledgement of earlier ones.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_header_size(MAX_HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    // An error here is the caller's: it went away, or spoke no HTTP.
    let _ = watcher.watch(connection).await;
}
