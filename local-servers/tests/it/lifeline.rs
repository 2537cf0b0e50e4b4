use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use local_servers::{StopSignal, TiedProcess, testing};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

const PATIENT: Duration = Duration::from_secs(60);

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).unwrap()).unwrap()
}

/// Nothing tells us when somebody else's child ends, so this asks again and again.
async fn until(done: impl Fn() -> bool) {
    let wait = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENT, wait).await.expect("it did not happen");
}

/// A container's first process often does not wait for orphans: they stay as zombies, with a pid.
fn is_running(number: u32) -> bool {
    let zombie =
        std::fs::read_to_string(format!("/proc/{number}/stat")).is_ok_and(|stat| stat.contains(") Z "));
    test_kill_process(pid(number)).is_ok() && !zombie
}

/// Not a test by itself: the process that the next test kills.
#[test]
#[ignore = "started by the next test"]
#[allow(clippy::print_stdout, reason = "this is how the test gets the numbers")]
fn holder_of_servers() {
    let server = testing::postgres();
    let _ = testing::redis_url();
    let mut line = String::new();
    println!("\nPOSTGRES {} {}", server.pid(), env::temp_dir().display());
    std::io::stdin().read_line(&mut line).unwrap();
}

#[tokio::test]
async fn no_server_and_no_file_survives_a_killed_process() {
    let parent = tempfile::tempdir().unwrap();
    std::fs::set_permissions(parent.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let mut holder = Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "lifeline::holder_of_servers", "--nocapture"])
        .env("TMPDIR", parent.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines().map(Result::unwrap);
    let line = lines.find(|line| line.starts_with("POSTGRES")).unwrap();
    let postgres: u32 = line.split(' ').nth(1).unwrap().parse().unwrap();
    let is_servers = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with("throughline-test-");
    let entries = || std::fs::read_dir(parent.path()).unwrap().map(Result::unwrap);
    let folders = || entries().filter(|entry| is_servers(&entry.file_name())).count();
    assert_eq!(folders(), 2);
    assert!(is_running(postgres));

    kill_process(pid(holder.id()), Signal::KILL).unwrap();
    holder.wait().unwrap();
    until(|| !is_running(postgres)).await;
    until(|| folders() == 0).await;
}

fn shell(script: &str) -> TiedProcess {
    TiedProcess::spawn(Path::new("/bin/sh"), ["-c", script], StopSignal::Terminate, |command| {
        command.stdout(Stdio::piped());
    })
    .unwrap()
}

/// Waits until the script says that it is there.
fn hear(process: &mut TiedProcess) {
    let mut line = String::new();
    BufReader::new(process.take_stdout().unwrap()).read_line(&mut line).unwrap();
}

#[tokio::test]
async fn the_pid_is_the_programs_own() {
    let mut process = shell("echo $$; exec sleep 1000");
    let mut line = String::new();
    BufReader::new(process.take_stdout().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), process.pid().to_string());
}

#[tokio::test]
async fn a_process_that_ignores_the_signal_is_killed() {
    let mut process = shell("trap '' TERM; echo; while :; do sleep 0.1; done");
    hear(&mut process);
    let status = process.stop(Duration::from_millis(200)).await.unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
}

#[tokio::test]
async fn a_dropped_process_is_stopped() {
    let process = shell("exec sleep 1000");
    let exited = process.exited();
    drop(process);
    let status = tokio::time::timeout(PATIENT, exited).await.unwrap().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(15));
}

#[tokio::test]
async fn how_a_process_ended_by_itself_is_known() {
    let process = shell("exit 7");
    assert_eq!(process.exited().await.unwrap().code(), Some(7));
}

#[tokio::test]
async fn a_missing_program_ends_with_127() {
    let none: [&str; 0] = [];
    let missing = Path::new("/nonexistent/program");
    let process = TiedProcess::spawn(missing, none, StopSignal::Terminate, |command| {
        command.stderr(Stdio::null());
    })
    .unwrap();
    assert_eq!(process.exited().await.unwrap().code(), Some(127));
}
