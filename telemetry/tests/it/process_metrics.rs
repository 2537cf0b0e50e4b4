use std::fs;

use telemetry::testing::{Collector, Received, conventions};
use tokio::time::timeout;

use crate::{
    child::start,
    metric_points::{last, numbers, value},
    recorded::PATIENCE,
};

/// The only series of a metric, as last told.
fn level(received: &Received, name: &str) -> f64 {
    last(received, name, ("", None)).unwrap_or_else(|| panic!("no {name}"))
}

/// The metrics of a child of two workers, and what the kernel says of it meanwhile.
async fn observed() -> (Received, String, usize) {
    let collector = Collector::start().await.unwrap();
    let often = [("OTEL_METRIC_EXPORT_INTERVAL", "50")];
    let mut child = start("runs until SIGTERM", collector.address(), &often);
    child.says("ready").await;
    // Those that were collected after all has been set up.
    let before = collector.received().metrics.len();
    timeout(PATIENCE, collector.wait_for(|all| all.metrics.len() > before + 1)).await.unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.pid())).unwrap();
    let files = fs::read_dir(format!("/proc/{}/fd", child.pid())).unwrap().count();
    let received = collector.received();
    child.terminate().await;
    child.output().await;
    (received, status, files)
}

fn kernel(status: &str, name: &str) -> f64 {
    let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    value.split_whitespace().next().unwrap().parse().unwrap()
}

#[track_caller]
fn assert_alike(told: f64, kernel: f64) {
    assert!((kernel / 2.0..=kernel * 2.0).contains(&told), "{told}, and the kernel says {kernel}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_tells_what_the_kernel_knows_of_it() {
    let (received, status, files) = observed().await;
    conventions::assert_kept(&received);
    assert_alike(level(&received, "process.memory.usage"), kernel(&status, "VmRSS:") * 1024.0);
    assert_alike(level(&received, "process.memory.virtual"), kernel(&status, "VmSize:") * 1024.0);
    assert_alike(level(&received, "process.thread.count"), kernel(&status, "Threads:"));
    assert_alike(level(&received, "process.unix.file_descriptor.count"), files as f64);
    assert!(level(&received, "process.uptime") > 0.0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_a_process_has_used_only_grows() {
    let (received, _, _) = observed().await;
    for (name, key, values) in [
        ("process.cpu.time", "cpu.mode", ["user", "system"]),
        ("process.context_switches", "process.context_switch.type", ["voluntary", "involuntary"]),
        ("process.paging.faults", "system.paging.fault.type", ["minor", "major"]),
        ("process.disk.io", "disk.io.direction", ["read", "write"]),
    ] {
        for label in values {
            let points = numbers(&received, name).into_iter();
            let is_of = |attributes| telemetry::testing::text(attributes, key).as_deref() == Some(label);
            let series: Vec<f64> = points.filter(|point| is_of(&point.attributes)).map(value).collect();
            assert!(!series.is_empty(), "no {name} of {label}");
            assert!(series.is_sorted(), "{name} {label}: {series:?}");
        }
    }
    let voluntary = ("process.context_switch.type", Some("voluntary"));
    assert!(last(&received, "process.context_switches", voluntary) > Some(0.0));
    assert!(
        last(&received, "process.paging.faults", ("system.paging.fault.type", Some("minor"))) > Some(0.0)
    );
}
