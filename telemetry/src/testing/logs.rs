use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use tracing::subscriber::DefaultGuard;

/// The log lines of the thread that captures them: of a whole service, when it runs on the one thread of a
/// test's runtime (`#[tokio::test]` without a flavour).
#[derive(Debug, Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Every level, until the guard is dropped. The first call makes a subscriber that hears everything and
    /// says nothing the default of the process: where threads had none, `tracing` would remember for all of
    /// them that nobody is interested in what one of them logs. So not in a process that calls
    /// [`init`](crate::init).
    pub fn capture() -> (Self, DefaultGuard) {
        // It fails from the second time on.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        let logs = Self::default();
        let writer = logs.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        (logs, tracing::subscriber::set_default(subscriber))
    }

    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// How many lines contain `part`.
    pub fn lines_with(&self, part: &str) -> usize {
        self.text().lines().filter(|line| line.contains(part)).count()
    }
}

impl io::Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
