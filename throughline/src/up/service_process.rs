//! One service as a child process of this same program.

use std::{
    net::SocketAddr,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use local_servers::{ServerError, StopSignal, TiedProcess};

use super::{LogOutput, UpError, child_log::ChildLog, environment::Changes, readiness};

/// A service gives requests in flight 20 s, and flushes its telemetry after that.
const STOP_PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct ServiceProcess {
    pub(super) name: &'static str,
    pub(super) admin: SocketAddr,
    process: TiedProcess,
    log: ChildLog,
}

impl ServiceProcess {
    /// `number` chooses the colour of its log.
    pub(super) fn spawn(
        program: &Path,
        (number, name): (usize, &'static str),
        admin: SocketAddr,
        changes: Changes,
        logs: LogOutput,
    ) -> Result<Self, ServerError> {
        let mut process = TiedProcess::spawn(program, [name], StopSignal::Terminate, |command| {
            command.envs(changes.set).stdout(Stdio::piped()).stderr(Stdio::piped());
            for variable in changes.remove {
                command.env_remove(variable);
            }
        })?;
        let log = ChildLog::default();
        if let Some(output) = process.take_stdout() {
            log.follow(output, name, number, logs);
        }
        if let Some(output) = process.take_stderr() {
            log.follow(output, name, number, logs);
        }
        Ok(Self { name, admin, process, log })
    }

    pub(super) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits until it is ready, or has ended.
    pub(super) async fn ready(&self) -> Result<(), UpError> {
        tokio::select! {
            died = self.died() => Err(died),
            ready = readiness::wait(self.admin) => ready.map_err(|(waited, answer)| {
                UpError::NotReady { name: self.name, waited, answer, last_lines: self.log.last_lines() }
            }),
        }
    }

    /// Waits until it has ended, which it should not by itself.
    pub(super) async fn died(&self) -> UpError {
        let status = self.process.exited().await;
        self.log.finished().await;
        UpError::Died { name: self.name, status: described(status), last_lines: self.log.last_lines() }
    }

    pub(super) async fn stop(self) {
        self.process.stop(STOP_PATIENCE).await;
    }
}

pub(super) fn described(status: Option<ExitStatus>) -> String {
    status.map_or_else(|| "how is not known".to_owned(), |status| status.to_string())
}
