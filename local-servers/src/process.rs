//! A child process that can't outlive us, not even when we are killed with SIGKILL.
//!
//! A process that is killed runs no clean-up, so somebody else has to do it. Every child gets a
//! guard: a small shell process that waits at a pipe whose other end only we hold. However we end,
//! the kernel closes that end, the guard reads end-of-file and stops the child. (Linux has
//! `PR_SET_PDEATHSIG` for this, but only Linux; it is lost when the child changes its account, as
//! PostgreSQL's does, and it fires already when the *thread* ends that started the child.)

use std::{
    ffi::OsStr,
    io::{self, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{sync::watch, time::timeout};

use crate::ServerError;

/// `sh -c GUARD SIGNAL FOLDER PROGRAM ARGUMENTS…`, with our pipe as standard input.
///
/// The outer shell becomes the program (`exec`), so the child's pid is the program's, and `$$` is
/// that pid in the guard too. The guard is started in a subshell of a subshell: its parent is gone at
/// once, so the program has no child that it does not know. One line read means that the program has
/// been stopped, and nothing is left to do; its pid may be another program's by then.
const GUARD: &str = r#"
signal=$0 folder=$1; shift
exec 3<&0 </dev/null
( (
    read -r _ <&3 && exit
    kill -s "$signal" $$
    n=0; while kill -0 $$ && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
    kill -s KILL $$
    [ -z "$folder" ] || rm -rf "$folder"
) >/dev/null 2>&1 & )
exec "$@" 3<&-
"#;

/// How a program is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopSignal {
    /// SIGTERM.
    Terminate,
    /// SIGINT; for PostgreSQL this means: end all sessions, then stop ("fast").
    Interrupt,
}

impl StopSignal {
    fn name(self) -> &'static str {
        match self {
            Self::Terminate => "TERM",
            Self::Interrupt => "INT",
        }
    }

    fn number(self) -> Signal {
        match self {
            Self::Terminate => Signal::TERM,
            Self::Interrupt => Signal::INT,
        }
    }
}

/// A running child process. When this value is dropped, or this process ends in whatever way, the
/// child is stopped.
#[derive(Debug)]
pub struct TiedProcess {
    pid: u32,
    stop: StopSignal,
    lifeline: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    exit: watch::Receiver<Option<ExitStatus>>,
}

impl TiedProcess {
    /// Starts `program`. `configure` sets environment, working folder, output and account.
    ///
    /// The child gets its own process group: a Ctrl-C in the terminal reaches us alone, and we stop
    /// the children in the right order. It must be called with an absolute path or a name in PATH.
    ///
    /// # Errors
    /// When the process can't be started.
    pub fn spawn<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        stop: StopSignal,
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self, ServerError> {
        Self::spawn_with_folder(program, arguments, stop, None, configure)
    }

    /// The same, and `folder` is removed by the guard after the child ended because we did.
    pub(crate) fn spawn_with_folder<A: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = A>,
        stop: StopSignal,
        folder: Option<&Path>,
        configure: impl FnOnce(&mut Command),
    ) -> Result<Self, ServerError> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", GUARD, stop.name()])
            .arg(folder.unwrap_or(Path::new("")))
            .arg(program)
            .args(arguments);
        configure(&mut command);
        command.stdin(Stdio::piped()).process_group(0);
        let child = command.spawn().map_err(ServerError::io(format!("starting {}", program.display())))?;
        Self::watch(child, stop).map_err(ServerError::io("starting a thread"))
    }

    fn watch(mut child: Child, stop: StopSignal) -> io::Result<Self> {
        let (report, exit) = watch::channel(None);
        let (pid, lifeline) = (child.id(), child.stdin.take());
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        // A thread, not a task: the child may outlive the runtime of the test that started it first.
        thread::Builder::new().name(format!("wait-{pid}")).spawn(move || {
            if let Ok(status) = child.wait() {
                report.send_replace(Some(status));
            }
        })?;
        Ok(Self { pid, stop, lifeline, stdout, stderr, exit })
    }

    /// The process id of the program itself.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// Its standard output, if `configure` made it a pipe. The first call gets it.
    pub fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.stdout.take()
    }

    /// Its standard error, likewise.
    pub fn take_stderr(&mut self) -> Option<ChildStderr> {
        self.stderr.take()
    }

    /// How it ended, if it did.
    pub fn exit_status(&self) -> Option<ExitStatus> {
        *self.exit.borrow()
    }

    /// Waits until it has ended. Borrows nothing, so several can be awaited while others are stopped.
    pub fn exited(&self) -> impl Future<Output = Option<ExitStatus>> + Send + 'static {
        let mut exit = self.exit.clone();
        async move { exit.wait_for(Option::is_some).await.map_or(None, |status| *status) }
    }

    /// Asks it to stop, waits for `patience`, then kills it.
    ///
    /// # Errors
    /// Never when the process could be waited for; how it ended is in the result.
    pub async fn stop(mut self, patience: Duration) -> Option<ExitStatus> {
        self.send(self.stop.number());
        let mut status = timeout(patience, self.exited()).await;
        if status.is_err() {
            self.send(Signal::KILL);
            status = Ok(self.exited().await);
        }
        self.stand_down();
        status.unwrap_or(None)
    }

    fn send(&self, signal: Signal) {
        // Its pid is ours to use until it has been waited for.
        if self.exit_status().is_none()
            && let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw)
        {
            // An error means that it has just ended.
            let _ = kill_process(pid, signal);
        }
    }

    fn stand_down(&mut self) {
        if let Some(lifeline) = &mut self.lifeline {
            // An error means that the guard is gone, which is what this is for.
            let _ = lifeline.write_all(b"stopped\n");
        }
    }
}

impl Drop for TiedProcess {
    fn drop(&mut self) {
        // Otherwise the pipe closes now without a line, and the guard stops the child.
        if self.exit_status().is_some() {
            self.stand_down();
        }
    }
}
