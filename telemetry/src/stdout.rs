//! Standard output, written by a thread of its own. A reader that stops reading (a full pipe, a
//! terminal on hold) would otherwise stop every request that logs.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Duration,
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Lines that wait at most; at 200 bytes each some 1.6 MB.
const QUEUE: usize = 8_192;

enum Message {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// The way to standard output. Cheap to clone; never blocks.
#[derive(Clone)]
pub(crate) struct Stdout {
    queue: SyncSender<Message>,
    dropped: Arc<AtomicU64>,
}

impl Stdout {
    pub(crate) fn start() -> std::io::Result<Self> {
        let (queue, lines) = sync_channel(QUEUE);
        let dropped = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&dropped);
        thread::Builder::new()
            .name("telemetry-stdout".to_owned())
            .spawn(move || write_all(&lines, &count))?;
        Ok(Self { queue, dropped })
    }

    /// Queues one line, which ends with a newline. A line that does not fit is dropped and counted.
    pub(crate) fn write(&self, line: Vec<u8>) {
        if self.queue.try_send(Message::Line(line)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all that was queued is written, at most `timeout`.
    pub(crate) fn flush(&self, timeout: Duration) {
        let (done, written) = sync_channel(1);
        if self.queue.try_send(Message::Flush(done)).is_ok() {
            // Too late, or the thread is gone: there is no better place to say so.
            let _ = written.recv_timeout(timeout);
        }
    }
}

fn write_all(messages: &Receiver<Message>, dropped: &AtomicU64) {
    let mut told = 0;
    while let Ok(message) = messages.recv() {
        // Locked for each message: a program's own printing gets its turn.
        let mut out = std::io::stdout().lock();
        match message {
            // A closed standard output is no reason to end the process.
            Message::Line(line) => drop(out.write_all(&line)),
            Message::Flush(done) => {
                let _ = out.flush();
                let _ = done.try_send(());
            }
        }
        let lost = dropped.load(Ordering::Relaxed);
        if lost > told {
            let _ = writeln!(out, "{}", drop_notice(lost - told));
            told = lost;
        }
    }
}

/// A log line like the others. It cannot be an event: it would join the queue that overflowed.
fn drop_notice(count: u64) -> serde_json::Value {
    serde_json::json!({
        "timestamp": OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
        "level": "WARN",
        "target": "telemetry",
        "message": format!("standard output is too slow: {count} log lines were dropped"),
    })
}
