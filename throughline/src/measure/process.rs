//! What the operating system says of a process.

use std::process::Command;

/// Resident memory; `None` when there is no such process. `ps` knows it on Linux and macOS alike.
pub fn resident_bytes(pid: u32) -> Option<u64> {
    let output = Command::new("ps").args(["-o", "rss=", "-p", &pid.to_string()]).output().ok()?;
    let kibibytes: u64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
