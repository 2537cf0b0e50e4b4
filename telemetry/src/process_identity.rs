//! What the operating system knows about this process. Its arguments are left out: they can hold secrets.

use std::{env::consts, fs, process};

use opentelemetry::KeyValue;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::names;

pub(crate) fn attributes() -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new(names::PROCESS_PID, i64::from(process::id())),
        KeyValue::new(names::PROCESS_RUNTIME_NAME, "rustc"),
        KeyValue::new(names::HOST_ARCH, architecture()),
        KeyValue::new(names::OS_TYPE, if consts::OS == "macos" { "darwin" } else { consts::OS }),
    ];
    let executable = std::env::current_exe().ok();
    let executable = executable.and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    attributes.extend(executable.map(|name| KeyValue::new(names::PROCESS_EXECUTABLE_NAME, name)));
    attributes.extend(host_name().map(|name| KeyValue::new(names::HOST_NAME, name)));
    attributes.extend(creation_time().map(|time| KeyValue::new(names::PROCESS_CREATION_TIME, time)));
    attributes
}

/// The conventions' words for the architectures that Rust calls otherwise.
fn architecture() -> &'static str {
    match consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

fn host_name() -> Option<String> {
    let kernel = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = kernel.or_else(|| std::env::var("HOSTNAME").ok())?;
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// When the process was made, RFC 3339. Linux only: the time of the boot plus the process's start in
/// clock ticks (proc(5)), which are hundredths of a second for everything that `/proc` tells.
fn creation_time() -> Option<String> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // The command's name, in parentheses, may contain spaces; what follows the last one does not.
    let ticks: i64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    let boot = fs::read_to_string("/proc/stat").ok()?;
    let boot: i64 = boot.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    let created = OffsetDateTime::from_unix_timestamp(boot).ok()? + Duration::milliseconds(ticks * 10);
    created.format(&Rfc3339).ok()
}
