//! What the operating system counts of this process: the metrics `process.*` of the conventions, read from
//! proc(5). Where there is none (macOS) all but the uptime and the open files are absent. There is no
//! `process.network.io`: nobody counts bytes by process.

mod context_switches;

use std::{
    fs,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use opentelemetry::{
    KeyValue,
    metrics::{Meter, MeterProvider},
};

use crate::{hop::instrumentation_scope, metrics::meters::Meters, names};

use context_switches::ContextSwitches;

/// Of what `stat` counts in clock ticks, whatever the kernel works with.
const TICKS_PER_SECOND: u64 = 100;

/// Begins to observe. Nothing is read before the first collection, but how old the process is.
pub(crate) fn observe(meters: &Meters) {
    let meter = meters.meter_with_scope(instrumentation_scope(names::SCOPE_PROCESS));
    cpu_time(&meter);
    uptime(&meter);
    let switches = ("{context_switch}", "Number of times the process has been context switched.");
    let seen = Mutex::new(ContextSwitches::default());
    counts(
        &meter,
        (names::PROCESS_CONTEXT_SWITCHES, switches),
        names::PROCESS_CONTEXT_SWITCH_TYPE,
        move || {
            let [voluntary, involuntary] = seen.lock().unwrap_or_else(PoisonError::into_inner).look()?;
            Some([("voluntary", voluntary), ("involuntary", involuntary)])
        },
    );
    let faults = ("{fault}", "Number of page faults the process has made.");
    counts(&meter, (names::PROCESS_PAGING_FAULTS, faults), names::SYSTEM_PAGING_FAULT_TYPE, || {
        let [minor, major] = stat([MINOR_FAULTS, MAJOR_FAULTS])?;
        Some([("minor", minor), ("major", major)])
    });
    let disk = ("By", "Disk bytes transferred.");
    counts(&meter, (names::PROCESS_DISK_IO, disk), names::DISK_IO_DIRECTION, || {
        let io = fs::read_to_string("/proc/self/io").ok()?;
        Some([("read", field(&io, "read_bytes:")?), ("write", field(&io, "write_bytes:")?)])
    });
    let physical = ("By", "The amount of physical memory in use.");
    level(&meter, (names::PROCESS_MEMORY_USAGE, physical), || Some(status("VmRSS:")? * 1024));
    let committed = ("By", "The amount of committed virtual memory.");
    level(&meter, (names::PROCESS_MEMORY_VIRTUAL, committed), || Some(status("VmSize:")? * 1024));
    let threads = ("{thread}", "Process threads count.");
    level(&meter, (names::PROCESS_THREAD_COUNT, threads), || status("Threads:"));
    let files = ("{file_descriptor}", "Number of unix file descriptors in use by the process.");
    level(&meter, (names::PROCESS_UNIX_FILE_DESCRIPTOR_COUNT, files), open_files);
}

/// The name of a metric, its unit and its description.
type Described = (&'static str, (&'static str, &'static str));

fn cpu_time(meter: &Meter) {
    let mode = |mode: &'static str| [KeyValue::new(names::CPU_MODE, mode)];
    let (user, system) = (mode("user"), mode("system"));
    meter
        .f64_observable_counter(names::PROCESS_CPU_TIME)
        .with_unit("s")
        .with_description("Total CPU seconds broken down by different CPU modes.")
        .with_callback(move |observer| {
            if let Some([in_user, in_system]) = stat([USER_TIME, SYSTEM_TIME]) {
                observer.observe(in_user as f64 / TICKS_PER_SECOND as f64, &user);
                observer.observe(in_system as f64 / TICKS_PER_SECOND as f64, &system);
            }
        })
        .build();
}

fn uptime(meter: &Meter) {
    let (before, since) = (age().unwrap_or_default(), Instant::now());
    meter
        .f64_observable_gauge(names::PROCESS_UPTIME)
        .with_unit("s")
        .with_description("The time the process has been running.")
        .with_callback(move |observer| observer.observe((before + since.elapsed()).as_secs_f64(), &[]))
        .build();
}

/// A counter of two series, each with its value of `key`.
fn counts(
    meter: &Meter,
    (name, (unit, description)): Described,
    key: &'static str,
    read: impl Fn() -> Option<[(&'static str, u64); 2]> + Send + Sync + 'static,
) {
    meter
        .u64_observable_counter(name)
        .with_unit(unit)
        .with_description(description)
        .with_callback(move |observer| {
            for (value, count) in read().into_iter().flatten() {
                observer.observe(count, &[KeyValue::new(key, value)]);
            }
        })
        .build();
}

/// What rises and falls.
fn level(
    meter: &Meter,
    (name, (unit, description)): Described,
    read: impl Fn() -> Option<u64> + Send + Sync + 'static,
) {
    meter
        .i64_observable_up_down_counter(name)
        .with_unit(unit)
        .with_description(description)
        .with_callback(move |observer| {
            if let Some(value) = read().and_then(|value| i64::try_from(value).ok()) {
                observer.observe(value, &[]);
            }
        })
        .build();
}

fn status(name: &str) -> Option<u64> {
    field(&fs::read_to_string("/proc/self/status").ok()?, name)
}

/// The number that follows a name at the beginning of a line; a unit may follow.
fn field(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name))?;
    value.split_whitespace().next()?.parse().ok()
}

/// Without the one that the look itself needs.
fn open_files() -> Option<u64> {
    let count = fs::read_dir("/dev/fd").ok()?.count();
    u64::try_from(count).ok()?.checked_sub(1)
}

/// How long ago the process began: both clocks of proc(5) count from the boot.
fn age() -> Option<Duration> {
    let [begun] = stat([START_TIME])?;
    let uptime = fs::read_to_string("/proc/uptime").ok()?;
    let now = Duration::try_from_secs_f64(uptime.split_whitespace().next()?.parse().ok()?).ok()?;
    now.checked_sub(Duration::from_millis(begun * 1000 / TICKS_PER_SECOND))
}

// The fields of `stat` that follow the command's name, from 0.
const MINOR_FAULTS: usize = 7;
const MAJOR_FAULTS: usize = 9;
const USER_TIME: usize = 11;
const SYSTEM_TIME: usize = 12;
const START_TIME: usize = 19;

/// The command's name is in parentheses, and may contain spaces and parentheses.
fn stat<const N: usize>(fields: [usize; N]) -> Option<[u64; N]> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let values: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let mut found = [0; N];
    for (found, field) in found.iter_mut().zip(fields) {
        *found = values.get(field)?.parse().ok()?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let status = "VmPeak:\t  9 kB\nVmRSS:\t  1234 kB\nThreads:\t7\n";
        assert_eq!(field(status, "VmRSS:"), Some(1234));
        assert_eq!(field(status, "Threads:"), Some(7));
        assert_eq!(field(status, "Vm:"), None);
    }
}
