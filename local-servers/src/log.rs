//! The log file of a server, and what its last lines say.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::{ServerError, TiedProcess};

const LAST_LINES: usize = 12;
const LAST_BYTES: u64 = 8 * 1024;
/// Some seconds are enough on any machine; a server that recovers after a crash may need more.
const PATIENCE: Duration = Duration::from_secs(60);
const ASK_EVERY: Duration = Duration::from_millis(10);

/// Where a server writes what it has to say.
#[derive(Debug, Clone)]
pub(crate) struct Log {
    server: &'static str,
    file: PathBuf,
}

impl Log {
    pub(crate) fn new(server: &'static str, file: PathBuf) -> Self {
        Self { server, file }
    }

    /// Sends both outputs of `command` to a new log file.
    pub(crate) fn capture(&self) -> Result<impl FnOnce(&mut Command) + use<>, ServerError> {
        let failed = || format!("writing {}", self.file.display());
        let out = File::create(&self.file).map_err(ServerError::io(failed()))?;
        let err = out.try_clone().map_err(ServerError::io(failed()))?;
        Ok(move |command: &mut Command| {
            command.stdout(Stdio::from(out)).stderr(Stdio::from(err));
        })
    }

    /// Waits until `ready` says yes, the process ends, or patience does.
    pub(crate) async fn wait_until_ready(
        &self,
        process: &TiedProcess,
        ready: impl Fn() -> bool,
    ) -> Result<(), ServerError> {
        let begin = Instant::now();
        while !ready() {
            if let Some(status) = process.exit_status() {
                return Err(self.stopped(status));
            }
            if begin.elapsed() > PATIENCE {
                let (log, said) = (self.file.clone(), last_lines(&self.file));
                return Err(ServerError::NotReady { server: self.server, waited: PATIENCE, log, said });
            }
            tokio::time::sleep(ASK_EVERY).await;
        }
        Ok(())
    }

    pub(crate) fn stopped(&self, status: ExitStatus) -> ServerError {
        let (log, said) = (self.file.clone(), last_lines(&self.file));
        ServerError::Stopped { server: self.server, status, log, said }
    }
}

fn last_lines(file: &Path) -> String {
    let text = read_end(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

fn read_end(file: &Path) -> std::io::Result<String> {
    let length = fs::metadata(file)?.len();
    let mut opened = File::open(file)?;
    opened.seek(SeekFrom::Start(length.saturating_sub(LAST_BYTES)))?;
    let mut bytes = Vec::new();
    opened.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
