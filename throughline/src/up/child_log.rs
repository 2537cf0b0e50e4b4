//! What a service writes: shown with its name in front, and its last lines kept for a report.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use tokio::sync::watch;

use crate::terminal;

const KEPT_LINES: usize = 15;
/// As wide as the longest name.
const WIDTH: usize = 12;
/// Cyan, yellow, green, magenta: none of them says "error".
const COLOURS: [u8; 4] = [36, 33, 32, 35];

/// What happens to the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogOutput {
    /// They are shown.
    Terminal,
    /// Only the last ones are kept, for the case that the service fails.
    Quiet,
}

/// The last lines of one service.
#[derive(Debug, Clone, Default)]
pub(super) struct ChildLog(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    lines: Mutex<VecDeque<String>>,
    /// How many outputs are still being read.
    open: watch::Sender<usize>,
}

impl ChildLog {
    /// Reads `output` to its end on a thread of its own: the child must never wait for us.
    pub(super) fn follow(
        &self,
        output: impl Read + Send + 'static,
        name: &'static str,
        number: usize,
        to: LogOutput,
    ) {
        let log = self.clone();
        let prefix = terminal::coloured(&format!("{name:WIDTH$} |"), COLOURS[number % COLOURS.len()]);
        let read = move || {
            let mut reader = BufReader::new(output);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                if to == LogOutput::Terminal {
                    terminal::say(&format!("{prefix} {text}"));
                }
                log.keep(text);
                line.clear();
            }
            log.0.open.send_modify(|open| *open -= 1);
        };
        self.0.open.send_modify(|open| *open += 1);
        // Without the thread there is no log, and the service runs all the same.
        let _ = thread::Builder::new().name(format!("log-{name}")).spawn(read);
    }

    fn keep(&self, line: String) {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// Waits until everything that an ended service wrote has been read.
    pub(super) async fn finished(&self) {
        let mut open = self.0.open.subscribe();
        let finished = open.wait_for(|open| *open == 0);
        // A child of the service may hold its output open; the report is worth no longer wait.
        let _ = tokio::time::timeout(Duration::from_secs(1), finished).await;
    }

    /// The last lines, indented.
    pub(super) fn last_lines(&self) -> String {
        let lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() {
            return "  (none)".to_owned();
        }
        lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    }
}
