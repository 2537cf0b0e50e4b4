//! One bash that runs all blocks of a page, as a reader would in one terminal: what a block sets, the next
//! one has.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Read, Write},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::output;

/// When a block is given up; a build is the longest that one takes, and other builds may be beside it.
const PATIENCE: Duration = Duration::from_secs(3600);

/// It reads the names of blocks from its standard input. The blocks themselves have none: one that reads
/// would take away what is meant for bash. Where a block fails, `failed` gets the line. A pause of one to three
/// seconds is for telemetry to arrive, and three times as long here: the machine may have other work.
const PRELUDE: &str = "set -Eeuo pipefail; trap 'echo $LINENO >\"$DOCS_CHECK/failed\"' ERR
sleep() { case $1 in [123]) command sleep $1; command sleep $1 ;; esac; command sleep $1; }
";

/// Ends the output of a block; nothing else prints it.
const END: &str = "\u{1}end of block\u{1}";

#[derive(Debug)]
pub struct Terminal {
    bash: Child,
    stdin: ChildStdin,
    output: Receiver<Vec<u8>>,
    folder: TempDir,
}

/// Why a block is not what it should be.
#[derive(Debug)]
pub struct Failure {
    /// The line of the block, from 1, if bash knows.
    pub line: Option<usize>,
    pub why: String,
    pub output: String,
}

impl Terminal {
    /// `bash` says where it runs and with what environment. What an earlier terminal of the page has set is in
    /// the file `kept`, if there was one.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn open(mut bash: Command, kept: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (mut reader, writer) = io::pipe()?;
        bash.args(["--noprofile", "--norc"]).env("DOCS_CHECK", folder.path());
        let own = own(&bash);
        let mut bash = bash
            .stdin(Stdio::piped())
            .stdout(writer.try_clone()?)
            .stderr(writer)
            .spawn()
            .context("bash can't be started")?;
        let mut stdin = bash.stdin.take().context("bash has no input")?;
        if kept.exists() {
            // Some variables are bash's own and refuse to be set.
            writeln!(stdin, ". '{}' 2>/dev/null || true; {own}", kept.display())?;
        }
        stdin.write_all(PRELUDE.as_bytes())?;
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 8192];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Ok(Self { bash, stdin, output, folder })
    }

    /// Runs a block to its end: what it printed, on both of its outputs.
    ///
    /// # Errors
    /// When a command of it fails, or it does not end.
    pub fn run(&mut self, block: &str) -> Result<String, Failure> {
        let file = self.folder.path().join("block");
        let command = format!(". '{}' </dev/null\nprintf '\\n\\001end of block\\001'\n", file.display());
        let begun = fs::write(&file, block).and_then(|()| self.stdin.write_all(command.as_bytes()));
        if let Err(error) = begun {
            return Err(Failure {
                line: None,
                why: format!("bash does not listen ({error})"),
                output: String::new(),
            });
        }
        let deadline = Instant::now() + PATIENCE;
        let mut printed = Vec::new();
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(more) => printed.extend(more),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self.failure("it does not end", &printed));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.bash.wait().map(|status| status.to_string()).unwrap_or_default();
                    return Err(self.failure(&format!("it fails ({status})"), &printed));
                }
            }
            if let Some(output) = printed.strip_suffix(END.as_bytes()) {
                return Ok(output::plain(output));
            }
        }
    }

    /// Writes down what was set, for the next terminal of the page.
    ///
    /// # Errors
    /// When bash does not answer any more.
    pub fn keep(&mut self, kept: &Path) -> Result<(), Failure> {
        self.run(&format!("{{ declare -p; declare -f; }} >'{}'", kept.display())).map(drop)
    }

    fn failure(&self, why: &str, printed: &[u8]) -> Failure {
        let line = fs::read_to_string(self.folder.path().join("failed")).ok();
        let line = line.and_then(|line| line.trim().parse().ok());
        Failure { line, why: why.to_owned(), output: output::plain(printed) }
    }
}

/// What makes a terminal this one, for bash to set it: the earlier one may have been in another copy.
fn own(bash: &Command) -> String {
    let folder = bash.get_current_dir().map(|folder| (OsStr::new("PWD"), folder.as_os_str()));
    let set = bash.get_envs().filter_map(|(name, value)| Some((name, value?))).chain(folder);
    let set = set.map(|(name, value)| {
        let value = value.to_string_lossy().replace('\'', r"'\''");
        format!("export {}='{value}'", name.to_string_lossy())
    });
    set.collect::<Vec<_>>().join("; ")
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Its input ends with this value; one that hangs in a block is ended.
        let _ = self.bash.kill();
        let _ = self.bash.wait();
    }
}
