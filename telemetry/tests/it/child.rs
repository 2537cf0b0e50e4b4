//! Child processes: `telemetry::init` belongs to a process, so each of these tests has one. The child
//! is this test binary again, asked for `scenarios::body`, which does what `CHILD` says.

use std::process::Stdio;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child as Process, ChildStdin, ChildStdout, Command},
    time::timeout,
};

use crate::recorded::PATIENCE;

pub const SPANS: usize = 10;

/// A running child, its standard input and output.
pub struct Child {
    process: Process,
    orders: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    /// Lines that nobody has asked for yet.
    heard: Vec<String>,
}

/// Starts a child with these variables besides `CHILD`; none of the parent's `OTEL_*` reaches it.
pub fn start(scenario: &str, collector: &str, variables: &[(&str, &str)]) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    for (name, _) in std::env::vars() {
        if name.starts_with("OTEL_") || name == "RUST_LOG" || name == "LOG_FORMAT" {
            command.env_remove(name);
        }
    }
    let mut process = command
        .args(["scenarios::body", "--exact", "--ignored", "--nocapture"])
        // With one thread, its default on one processor, the harness begins the first line itself.
        .arg("--test-threads=2")
        .env("CHILD", scenario)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let orders = process.stdin.take().unwrap();
    Child { process, orders, lines, heard: Vec::new() }
}

impl Child {
    /// Waits for a line with this text, unless it has been said already. Each line answers once.
    pub async fn says(&mut self, text: &str) -> String {
        if let Some(index) = self.heard.iter().position(|line| line.contains(text)) {
            return self.heard.remove(index);
        }
        let read = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                if line.contains(text) {
                    return line;
                }
                self.heard.push(line);
            }
            panic!("the child ended without saying `{text}`");
        };
        timeout(PATIENCE, read).await.unwrap_or_else(|_| panic!("the child does not say `{text}`"))
    }

    /// Gives an order to a child that does as it is told, and what it answers.
    pub async fn told(&mut self, order: &str) -> String {
        self.orders.write_all(format!("{order}\n").as_bytes()).await.unwrap();
        let line = self.says("done: ").await;
        line.split_once("done: ").unwrap().1.to_owned()
    }

    pub fn pid(&self) -> u32 {
        self.process.id().unwrap()
    }

    pub async fn terminate(&self) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    }

    /// The lines that nobody has asked for, once it has ended.
    pub async fn output(mut self) -> Vec<String> {
        let mut output = self.heard;
        let read = async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                output.push(line);
            }
            self.process.wait().await.unwrap();
        };
        timeout(PATIENCE, read).await.expect("the child ends");
        output
    }
}

/// Those lines that are logs.
pub fn logs(output: &[String]) -> Vec<Value> {
    output.iter().filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object).collect()
}

pub fn log<'a>(logs: &'a [Value], message: &str) -> &'a Value {
    logs.iter().find(|log| log["message"] == message).unwrap_or_else(|| panic!("no `{message}` in {logs:#?}"))
}
