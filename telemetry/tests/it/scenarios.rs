//! What child processes do.

use std::time::Duration;

use opentelemetry::context::FutureExt;
use telemetry::{Guard, Telemetry};
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{SignalKind, signal},
};

use crate::{
    child::SPANS, environment_scenarios, exception_scenarios, greeter, loss_scenarios, metric_scenarios,
};

#[test]
#[ignore = "the body of a child process"]
fn body() {
    let Ok(scenario) = std::env::var("CHILD") else { return };
    match scenario.as_str() {
        "returns early from main" => drop(multi_thread(2).block_on(returns_early())),
        "returns early from a current_thread main" => drop(current_thread().block_on(returns_early())),
        "returns early from a task" => {
            drop(multi_thread(1).block_on(async { telemetry::spawn(returns_early()).await }));
        }
        "returns early outside any runtime" => outside(),
        "panics" => current_thread().block_on(panics()),
        "shuts down in a current_thread main" => current_thread().block_on(shuts_down()),
        "shuts down in a task" => {
            multi_thread(1).block_on(async { telemetry::spawn(shuts_down()).await.unwrap() });
        }
        "shuts down in a multi_thread main" => multi_thread(2).block_on(shuts_down()),
        "shuts down in a task of two workers" => {
            multi_thread(2).block_on(async { telemetry::spawn(shuts_down()).await.unwrap() });
        }
        "shuts down in a blocking task" => multi_thread(1).block_on(shuts_down_while_blocking()),
        "works until SIGTERM" => multi_thread(2).block_on(loss_scenarios::works_until_sigterm()),
        "does as it is told" => multi_thread(2).block_on(loss_scenarios::does_as_it_is_told()),
        "counts a hundred thousand values" => multi_thread(2).block_on(loss_scenarios::overflows()),
        "waits for SIGTERM" => multi_thread(2).block_on(waits_for_sigterm()),
        "stops inside a span" => multi_thread(2).block_on(stops_inside_a_span()),
        "ends a thousand spans at once" => multi_thread(2).block_on(ends_a_thousand()),
        "logs" => multi_thread(2).block_on(writes_logs()),
        "logs a flood" => multi_thread(2).block_on(logs_a_flood()),
        "changes the filter" => multi_thread(2).block_on(changes_the_filter()),
        "a handler panics" => multi_thread(2).block_on(exception_scenarios::panics()),
        "a handler fails" => multi_thread(2).block_on(exception_scenarios::fails()),
        "has a commit refused" => multi_thread(2).block_on(exception_scenarios::has_a_commit_refused()),
        "baggage" => multi_thread(2).block_on(exception_scenarios::carries_baggage()),
        "calls" => multi_thread(2).block_on(calls()),
        "breaks the limits" => multi_thread(2).block_on(environment_scenarios::breaks_the_limits()),
        "logs a thousand times" => multi_thread(2).block_on(environment_scenarios::logs_a_thousand_times()),
        "measures with each instrument" => {
            multi_thread(2).block_on(metric_scenarios::measures_with_each_instrument());
        }
        "a callback panics" => {
            multi_thread(2).block_on(metric_scenarios::observes_with_a_callback_that_panics());
        }
        "blocks its only thread" => current_thread().block_on(metric_scenarios::blocks_its_only_thread()),
        "measures inside a span" => multi_thread(2).block_on(metric_scenarios::measures_inside_a_span()),
        "runs until SIGTERM" => multi_thread(2).block_on(metric_scenarios::runs_until_sigterm()),
        other => panic!("no scenario `{other}`"),
    }
}

fn multi_thread(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap()
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

pub fn init() -> Guard {
    telemetry::init(telemetry::service!().in_namespace("tests")).unwrap()
}

pub async fn work(telemetry: &Telemetry, spans: usize) {
    for _ in 0..spans {
        telemetry.batch("work", &[], async {}).await;
    }
}

/// As a service does whose start fails: `?` leaves the function, and nobody calls `shutdown`.
async fn returns_early() -> Result<(), std::num::ParseIntError> {
    let telemetry = init();
    work(&telemetry, SPANS).await;
    "no port".parse::<u16>()?;
    telemetry.shutdown().await;
    Ok(())
}

fn outside() {
    let telemetry = init();
    current_thread().block_on(work(&telemetry, SPANS));
}

async fn panics() {
    let telemetry = init();
    work(&telemetry, SPANS).await;
    panic!("planted");
}

async fn shuts_down() {
    let telemetry = init();
    work(&telemetry, SPANS).await;
    assert!(!telemetry.shutdown().await.is_lossy());
}

async fn shuts_down_while_blocking() {
    let runtime = tokio::runtime::Handle::current();
    telemetry::spawn_blocking(move || runtime.block_on(shuts_down())).await.unwrap();
}

async fn waits_for_sigterm() {
    let telemetry = init();
    let mut terminate = signal(SignalKind::terminate()).unwrap();
    work(&telemetry, SPANS - 1).await;
    tracing::info!("ready");
    telemetry.batch("work", &[], async { terminate.recv().await }).await;
    telemetry.shutdown().await;
}

async fn stops_inside_a_span() {
    let telemetry = init();
    work(&telemetry, SPANS).await;
    let handle = Telemetry::clone(&telemetry);
    handle.batch("open", &[], async { telemetry.shutdown().await }).await;
}

async fn ends_a_thousand() {
    let telemetry = init();
    work(&telemetry, 1000).await;
    telemetry.shutdown().await;
}

async fn writes_logs() {
    let telemetry = init();
    tracing::info!("outside");
    let inside = async {
        tracing::warn!(answer = 42, size = 7_u64, name = "ada", ok = true, ratio = 0.5, "inside");
        instrumented().await;
    };
    telemetry.batch("request", &[], inside).await;
    telemetry.unrecorded(instrumented()).await;
    tracing::info!(target: "sqlx::query", "a statement");
    telemetry.shutdown().await;
}

#[tracing::instrument]
async fn instrumented() {
    tracing::error!("handled");
}

async fn logs_a_flood() {
    let telemetry = init();
    for number in 0..20_000 {
        tracing::info!(
            number,
            "a line that nobody reads, and long enough to fill the pipe of its reader soon"
        );
    }
    work(&telemetry, SPANS).await;
    telemetry.shutdown().await;
}

async fn changes_the_filter() {
    let telemetry = init();
    tracing::debug!("before");
    telemetry.set_log_filter("debug").unwrap();
    tracing::debug!(filter = telemetry.log_filter(), "after");
    let error = telemetry.set_log_filter("it=loud").unwrap_err();
    tracing::debug!(error = error.to_string(), filter = telemetry.log_filter(), "refused");
    telemetry.shutdown().await;
}

/// A call to nobody, which makes a span and a metric; and time for exporters to talk of themselves.
async fn calls() {
    let telemetry = init();
    let client =
        telemetry.grpc_client(greeter::channel("http://127.0.0.1:1"), &"http://127.0.0.1:1".parse().unwrap());
    let call = async { greeter::greet(&client, "hello").await.unwrap_err() };
    telemetry.batch("work", &[], call.with_context(opentelemetry::Context::current())).await;
    tracing::info!(context = ?telemetry.batch("other", &[], async { telemetry.capture() }).await, "called");
    tokio::time::sleep(Duration::from_millis(300)).await;
    telemetry.shutdown().await;
}
