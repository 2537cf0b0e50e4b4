//! What the operating system knows about this process. Its arguments are left out: they can hold secrets.

use std::{env::consts, fs, process};

use opentelemetry::KeyValue;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::container;
use crate::names;

pub(crate) fn attributes() -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new(names::PROCESS_PID, i64::from(process::id())),
        KeyValue::new(names::PROCESS_RUNTIME_NAME, "rustc"),
        KeyValue::new(names::HOST_ARCH, architecture()),
        KeyValue::new(names::OS_TYPE, if consts::OS == "macos" { "darwin" } else { consts::OS }),
    ];
    let executable = std::env::current_exe().ok();
    let name = executable.as_ref().and_then(|path| Some(path.file_name()?.to_str()?.to_owned()));
    let path = executable.as_ref().and_then(|path| Some(path.to_str()?.to_owned()));
    let texts = [
        (names::PROCESS_EXECUTABLE_NAME, name),
        (names::PROCESS_EXECUTABLE_PATH, path),
        (names::PROCESS_CREATION_TIME, creation_time()),
        (names::HOST_NAME, host_name()),
        (names::HOST_ID, host_id()),
    ];
    attributes.extend(texts.into_iter().filter_map(|(key, text)| Some(KeyValue::new(key, text?))));
    attributes.extend(parent_pid().map(|pid| KeyValue::new(names::PROCESS_PARENT_PID, pid)));
    attributes.extend(operating_system());
    attributes
}

/// The distribution, from os-release(5); in a container that of its image.
fn operating_system() -> Vec<KeyValue> {
    let text = fs::read_to_string("/etc/os-release").or_else(|_| fs::read_to_string("/usr/lib/os-release"));
    let text = text.unwrap_or_default();
    let keys = [
        ("NAME=", names::OS_NAME),
        ("VERSION_ID=", names::OS_VERSION),
        ("PRETTY_NAME=", names::OS_DESCRIPTION),
    ];
    let found = keys.iter().filter_map(|(field, attribute)| {
        let value = text.lines().find_map(|line| line.strip_prefix(field))?.trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| KeyValue::new(*attribute, value.to_owned()))
    });
    found.collect()
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

/// machine-id(5). Every container of an image that has the file says the same id, so a container's is not
/// asked for.
fn host_id() -> Option<String> {
    if container::attribute().is_some() {
        return None;
    }
    let text = fs::read_to_string("/etc/machine-id")
        .or_else(|_| fs::read_to_string("/var/lib/dbus/machine-id"))
        .ok()?;
    let id = text.trim();
    // A system that has not booted yet says "uninitialized".
    (id.len() == 32).then(|| id.to_owned())
}

/// The fields of proc(5)'s `stat` that follow the command's name: that is in parentheses and may contain
/// spaces, what follows the last one does not.
fn stat_field(index: usize) -> Option<i64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(index)?.parse().ok()
}

fn parent_pid() -> Option<i64> {
    stat_field(1)
}

/// When the process was made, RFC 3339. Linux only: the time of the boot plus the process's start in
/// clock ticks (proc(5)), which are hundredths of a second for everything that `/proc` tells.
fn creation_time() -> Option<String> {
    let ticks = stat_field(19)?;
    let boot = fs::read_to_string("/proc/stat").ok()?;
    let boot: i64 = boot.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    let created = OffsetDateTime::from_unix_timestamp(boot).ok()? + Duration::milliseconds(ticks * 10);
    created.format(&Rfc3339).ok()
}
