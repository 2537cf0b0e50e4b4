//! The step before a service: `throughline migrate <service>`, as a deployment runs it too.

use std::{path::Path, process::Stdio};

use local_servers::{StopSignal, TiedProcess};

use super::{LogOutput, UpError, child_log::ChildLog, service_process::described};

/// Ends when the database `url` of `service` has all migrations of this build.
pub(super) async fn run(program: &Path, service: &'static str, url: &str) -> Result<(), UpError> {
    let mut process = TiedProcess::spawn(program, ["migrate", service], StopSignal::Terminate, |command| {
        command.env("DATABASE_URL", url).stdout(Stdio::null()).stderr(Stdio::piped());
    })?;
    let log = ChildLog::default();
    if let Some(output) = process.take_stderr() {
        log.follow(output, service, 0, LogOutput::Quiet);
    }
    let status = process.exited().await;
    if status.is_some_and(|status| status.success()) {
        return Ok(());
    }
    log.finished().await;
    Err(UpError::Migration { service, status: described(status), last_lines: log.last_lines() })
}
