//! What the operating system says of a process.

use std::{process::Command, time::Duration};

/// Resident memory; `None` when there is no such process. `ps` knows it on Linux and macOS alike.
pub fn resident_bytes(pid: u32) -> Option<u64> {
    let output = Command::new("ps").args(["-o", "rss=", "-p", &pid.to_string()]).output().ok()?;
    let kibibytes: u64 = String::from_utf8(output.stdout).ok()?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// Processor time that a process and its children have used, in user and kernel mode; `None` where there is no
/// `/proc`. A PostgreSQL server works in a process for each connection.
pub fn cpu_time(pid: u32) -> Option<Duration> {
    let stat = Stat::read(pid)?;
    let all = std::fs::read_dir("/proc").ok()?.flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children = pids.filter_map(Stat::read).filter(|other| other.parent == pid);
    let ticks = stat.ticks + children.map(|child| child.ticks).sum::<u64>();
    Some(Duration::from_secs_f64(ticks as f64 / rustix::param::clock_ticks_per_second() as f64))
}

struct Stat {
    parent: u32,
    /// Its own, and of the children that have ended.
    ticks: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is the program's name in parentheses, and may contain anything.
        let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
        Some(Self { parent: fields.get(1)?.parse().ok()?, ticks })
    }
}
