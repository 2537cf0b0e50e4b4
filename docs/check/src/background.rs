//! What runs beside a page, in another terminal: a system that the page's commands talk to.

use std::{
    io::{self, PipeWriter, Read, Write},
    os::unix::process::CommandExt,
    process::{Child, Command},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::output;

/// What a block without stated output is waited for: all services of `up` are ready then.
const UP: &str = "…\n…Ctrl-C stops everything.\n";

/// As long as a block's patience: it may build first.
const START: Duration = Duration::from_secs(3600);
const STOP: Duration = Duration::from_secs(60);

/// What has ended was read to its end soon after, unless something that it left behind keeps its output open.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// How often it is looked at.
const PAUSE: Duration = Duration::from_millis(50);

/// A lifeline: when the pipe on standard input closes, because this value is dropped or because the checker
/// itself was ended, everything in the process group gets the signal that Ctrl-C sends. What was begun by a
/// script behind `&` ignores that one, and so do its children: they get the other one later.
const SCRIPT: &str = "exec 3<&0 </dev/null
{ cat <&3 >/dev/null; kill -INT 0; sleep 20; kill -TERM 0; } >/dev/null 2>&1 &
exec 3<&-
. \"$DOCS_CHECK_BLOCK\"";

#[derive(Debug)]
pub struct Background {
    process: Child,
    lifeline: Option<PipeWriter>,
    printed: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
    _block: tempfile::NamedTempFile,
}

impl Background {
    /// Starts `block` and waits until `expected` has come, or, where nothing is expected, until `up` is ready.
    ///
    /// # Errors
    /// When it ends, or does not come up.
    pub fn start(mut bash: Command, block: &str, expected: Option<&str>) -> Result<Self> {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(block.as_bytes())?;
        let (lifeline_end, lifeline) = io::pipe()?;
        let (reader, writer) = io::pipe()?;
        let process = bash
            .args(["--noprofile", "--norc", "-euo", "pipefail", "-c", SCRIPT])
            .env("DOCS_CHECK_BLOCK", file.path())
            .process_group(0)
            .stdin(lifeline_end)
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .context("bash can't be started")?;
        drop(bash);
        let (printed, reader) = collect(reader);
        let mut background = Self { process, lifeline: Some(lifeline), printed, reader, _block: file };
        background.wait(expected.unwrap_or(UP))?;
        Ok(background)
    }

    fn wait(&mut self, expected: &str) -> Result<()> {
        let deadline = Instant::now() + START;
        loop {
            let ended = self.process.try_wait()?;
            if ended.is_some() {
                self.read_to_the_end();
            }
            if output::begins(expected, &self.printed()).is_ok() {
                return Ok(());
            }
            if let Some(status) = ended {
                bail!("it ended ({status})\n{}", self.printed());
            }
            if Instant::now() > deadline {
                bail!("it does not come up\n{}", self.printed());
            }
            thread::sleep(PAUSE);
        }
    }

    fn read_to_the_end(&self) {
        let deadline = Instant::now() + LAST_WORDS;
        while !self.reader.is_finished() && Instant::now() < deadline {
            thread::sleep(PAUSE);
        }
    }

    fn printed(&self) -> String {
        output::plain(&self.printed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Ctrl-C, and waits until it has ended.
    ///
    /// # Errors
    /// When it does not.
    pub fn stop(mut self) -> Result<()> {
        self.lifeline = None;
        let deadline = Instant::now() + STOP;
        while Instant::now() < deadline {
            if self.process.try_wait()?.is_some() {
                return Ok(());
            }
            thread::sleep(PAUSE);
        }
        bail!("it does not end at Ctrl-C\n{}", self.printed());
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.lifeline = None;
        if matches!(self.process.try_wait(), Ok(None)) {
            if let Some(group) = Pid::from_raw(self.process.id().cast_signed()) {
                let _ = kill_process_group(group, Signal::KILL);
            }
            let _ = self.process.wait();
        }
    }
}

fn collect(mut reader: io::PipeReader) -> (Arc<Mutex<Vec<u8>>>, thread::JoinHandle<()>) {
    let printed = Arc::new(Mutex::new(Vec::new()));
    let into = Arc::clone(&printed);
    let reads = thread::spawn(move || {
        let mut buffer = vec![0; 8192];
        while let Ok(length @ 1..) = reader.read(&mut buffer) {
            into.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..length]);
        }
    });
    (printed, reads)
}
