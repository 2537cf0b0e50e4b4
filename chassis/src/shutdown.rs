//! The wish to stop, handed to everything that runs.

use std::{future::Future, io};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Cloned into every server and loop of a process; all clones speak of the same stop.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// Never requested unless somebody calls [`Shutdown::request`]: for tests and embedding.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requested by SIGTERM (how orchestrators stop a process) or SIGINT (Ctrl-C). Both are handled
    /// here because a process with id 1, as in a container, has no default action for them.
    ///
    /// # Errors
    /// When the handlers can't be installed.
    pub fn on_signals() -> io::Result<Self> {
        let shutdown = Self::new();
        let requester = shutdown.clone();
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        telemetry::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tracing::info!(signal = name, "stopping: no new requests, those in flight are answered");
            requester.request();
        });
        Ok(shutdown)
    }

    /// Asks everything that holds a clone to stop.
    pub fn request(&self) {
        self.0.cancel();
    }

    /// Whether a stop was asked for.
    pub fn is_requested(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Ends when a stop is asked for. Owned, so that servers can keep it.
    pub fn requested(&self) -> impl Future<Output = ()> + Send + 'static {
        self.0.clone().cancelled_owned()
    }
}
