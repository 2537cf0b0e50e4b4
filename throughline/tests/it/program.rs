//! The `throughline` program, started in a state folder of its own.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command as Blocking, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;
use throughline::up::RunFile;
use tokio::process::{Child, Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_throughline");
const PATIENCE: Duration = Duration::from_secs(120);

pub struct Program {
    folder: TempDir,
    child: Option<Child>,
}

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).unwrap()).unwrap()
}

/// A container's first process often does not wait for orphans: they stay as zombies, with a pid.
pub fn is_running(number: u32) -> bool {
    let zombie = fs::read_to_string(format!("/proc/{number}/stat")).is_ok_and(|stat| stat.contains(") Z "));
    test_kill_process(pid(number)).is_ok() && !zombie
}

/// Nothing tells us of other processes' files and children, so this asks again and again.
pub async fn until(done: impl Fn() -> bool) {
    until_async(async || done()).await;
}

/// The same, where asking takes a while.
pub async fn until_async(done: impl AsyncFn() -> bool) {
    let wait = async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it did not happen");
}

impl Program {
    pub fn up(arguments: &[&str]) -> Self {
        Self::up_with(arguments, &[])
    }

    /// In an environment that has these variables too.
    pub fn up_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut program = Self { folder, child: None };
        program.start(arguments, environment);
        program
    }

    pub fn again(&mut self, arguments: &[&str]) {
        self.start(arguments, &[]);
    }

    fn start(&mut self, arguments: &[&str], environment: &[(&str, &str)]) {
        let mut command = Command::new(PROGRAM);
        command.arg("up").arg("--state-dir").arg(self.folder()).args(arguments);
        command.env_remove("OTEL_EXPORTER_OTLP_ENDPOINT").envs(environment.iter().copied());
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        self.child = Some(child);
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Waits for its run.json, or for its end.
    pub async fn ready(&mut self) -> RunFile {
        let id = self.child.as_ref().unwrap().id().unwrap();
        let folder = self.folder().to_owned();
        until(|| RunFile::read(&folder).is_some_and(|file| is_of(&file, id)) || !is_running(id)).await;
        if !is_running(id) {
            panic!("up ended: {:?}", self.ended().await);
        }
        RunFile::read(&folder).unwrap()
    }

    pub async fn interrupt(&mut self) -> (Option<i32>, String) {
        kill_process(pid(self.child.as_ref().unwrap().id().unwrap()), Signal::INT).unwrap();
        self.ended().await
    }

    pub async fn kill(&mut self) {
        Self::kill_pid(self.child.as_ref().unwrap().id().unwrap());
        self.child.take().unwrap().wait().await.unwrap();
    }

    pub fn kill_pid(number: u32) {
        kill_process(pid(number), Signal::KILL).unwrap();
    }

    pub async fn ended(&mut self) -> (Option<i32>, String) {
        let output = self.child.take().unwrap().wait_with_output();
        let output = tokio::time::timeout(PATIENCE, output).await.expect("up does not end").unwrap();
        (
            output.status.code(),
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat(),
        )
    }

    /// Another command in the same folder.
    pub fn other(&self, command: &str, arguments: &[&str]) -> (Option<i32>, String) {
        Self::run(command, self.folder(), arguments)
    }

    pub fn run(command: &str, folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
        let output = Blocking::new(PROGRAM)
            .arg(command)
            .arg("--state-dir")
            .arg(folder)
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.code(),
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat(),
        )
    }
}

/// Not a file that was left by one that was killed: the services in it are this one's children.
fn is_of(file: &RunFile, up: u32) -> bool {
    file.services.iter().all(|service| {
        let parent =
            Blocking::new("ps").args(["-o", "ppid=", "-p", &service.pid.to_string()]).output().unwrap();
        String::from_utf8(parent.stdout).unwrap().trim() == up.to_string()
    })
}
