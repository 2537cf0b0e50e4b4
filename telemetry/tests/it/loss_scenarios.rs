//! What child processes do for the tests of loss and overload.

#![allow(clippy::print_stdout, reason = "the parent reads it")]

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use opentelemetry::{KeyValue, global, trace::TraceContextExt};
use telemetry::{Losses, Telemetry};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::scenarios::init;

/// As a service under load: many tasks, each with spans in progress when the signal comes.
pub async fn works_until_sigterm() {
    let telemetry = init();
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    let (stop, stopped) = watch::channel(false);
    let ended = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (telemetry, stopped) = (Telemetry::clone(&telemetry), stopped.clone());
            let ended = Arc::clone(&ended);
            telemetry::spawn(async move {
                while !*stopped.borrow() {
                    for _ in 0..10 {
                        telemetry.batch("work", &[], tokio::task::yield_now()).await;
                        ended.fetch_add(1, Ordering::Relaxed);
                    }
                    // Slower than the collector: what is lost here is lost by the stop.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
        })
        .collect();
    terminate.recv().await;
    stop.send_replace(true);
    for task in tasks {
        task.await.unwrap();
    }
    telemetry.shutdown().await;
    println!("{} spans ended", ended.load(Ordering::Relaxed));
}

/// Orders come by standard input, a line each; every one is answered by `done: …`.
pub async fn does_as_it_is_told() {
    let telemetry = init();
    while let Some(order) = next_order().await {
        let (verb, count) = order.split_once(' ').unwrap_or((&order, "0"));
        let count: usize = count.parse().unwrap();
        let answer = match verb {
            "spans" => spans(&telemetry, count, 0).await,
            "heavy" => spans(&telemetry, count, 1024).await,
            "logs" => {
                (0..count).for_each(|number| tracing::info!(number, "counted"));
                String::new()
            }
            "memory" => memory(),
            "stop" => break,
            other => panic!("no order `{other}`"),
        };
        println!("done: {answer}");
    }
    let report = telemetry.shutdown().await;
    let line = |delivered: u64, Losses { dropped, failed, timed_out, unended }| {
        format!("{delivered} {dropped} {failed} {timed_out} {unended}")
    };
    let (traces, logs) = (report.traces, report.logs);
    println!("done: {} {}", line(traces.delivered, traces.losses), line(logs.delivered, logs.losses));
}

async fn next_order() -> Option<String> {
    let line = telemetry::spawn_blocking(|| std::io::stdin().lines().next());
    line.await.unwrap().transpose().unwrap()
}

/// Spans with an attribute of so many bytes. Answers how long one takes: the median of parts of a hundred,
/// in nanoseconds.
async fn spans(telemetry: &Telemetry, count: usize, bytes: usize) -> String {
    let text = "x".repeat(bytes);
    let mut durations = Vec::new();
    for part in (0..count).step_by(100) {
        let size = (count - part).min(100);
        let started = Instant::now();
        for _ in 0..size {
            let attribute = async {
                let context = opentelemetry::Context::current();
                context.span().set_attribute(KeyValue::new("text", text.clone()));
            };
            telemetry.batch("work", &[], attribute).await;
        }
        durations.push(started.elapsed().as_nanos() / size as u128);
    }
    durations.sort_unstable();
    durations[durations.len() / 2].to_string()
}

/// What is resident, in KiB.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").to_owned()
}

/// What the SDK keeps apart is bounded, and so is its memory.
pub async fn overflows() {
    let telemetry = init();
    let orders = global::meter("shop").u64_counter("shop.orders").with_unit("{order}").build();
    for number in 0..100_000 {
        orders.add(1, &[KeyValue::new("shop.customer", number)]);
    }
    telemetry.shutdown().await;
}
