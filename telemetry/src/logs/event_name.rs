//! Which events have a name. `tracing` gives one to each; where nobody chose it, it is no name of an event but
//! a place in the code, and every place would be an event of its own to a backend.

use std::time::Duration;

use opentelemetry::{InstrumentationScope, logs::LogRecord};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    logs::{LogProcessor, SdkLogRecord},
};

/// The name that somebody chose: neither `event src/main.rs:12`, nor that of all records of the crate `log`.
pub(crate) fn given(name: &str) -> Option<&str> {
    (!name.starts_with("event ") && name != "log event").then_some(name)
}

/// Takes the others away before a record is exported.
#[derive(Debug)]
pub(crate) struct EventNames;

impl LogProcessor for EventNames {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        if record.event_name().is_some_and(|name| given(name).is_none()) {
            // The same as none, on the wire.
            record.set_event_name("");
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
