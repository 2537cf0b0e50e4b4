//! Which events are logged, changeable at run time.

use std::sync::{Mutex, PoisonError};

use tracing_subscriber::{EnvFilter, Registry, reload};

/// Everyone's information, and of the exporter's own crates only what an operator must know.
pub(crate) const DEFAULT: &str = "info,opentelemetry=warn";

/// A filter that was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LogFilterError {
    /// The text is no filter.
    #[error("`{0}` is no log filter ({1}): say a level, or target=level, separated by commas")]
    Invalid(String, tracing_subscriber::filter::ParseError),
    /// The handle has no logs to filter.
    #[error(
        "this handle does not own the process's logs: change the filter where `telemetry::init` was called"
    )]
    NotOwned,
}

/// The filter in force. `None` for a test's handle: it has no subscriber.
pub(crate) struct LogFilter(Option<(reload::Handle<EnvFilter, Registry>, Mutex<String>)>);

impl LogFilter {
    #[cfg(feature = "testing")]
    pub(crate) fn none() -> Self {
        Self(None)
    }

    pub(crate) fn new(handle: reload::Handle<EnvFilter, Registry>, text: String) -> Self {
        Self(Some((handle, Mutex::new(text))))
    }

    pub(crate) fn get(&self) -> String {
        let Some((_, text)) = &self.0 else { return "off".to_owned() };
        text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, filter: &str) -> Result<(), LogFilterError> {
        let Some((handle, text)) = &self.0 else { return Err(LogFilterError::NotOwned) };
        let parsed = parse(filter)?;
        // Held over both steps: two operators at once must not leave the text of one and the filter of the other.
        let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
        handle.reload(parsed).map_err(|_| LogFilterError::NotOwned)?;
        filter.clone_into(&mut text);
        Ok(())
    }
}

pub(crate) fn parse(filter: &str) -> Result<EnvFilter, LogFilterError> {
    EnvFilter::builder().parse(filter).map_err(|error| LogFilterError::Invalid(filter.to_owned(), error))
}
