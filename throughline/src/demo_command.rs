//! `throughline demo`: a system to place orders in, started here or running elsewhere.

use std::{
    env,
    io::Write,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use telemetry::MessagingTrace;

use crate::{
    demo,
    measure::{self, source::Sizes},
    terminal,
    up::{LogOutput, OperatorTelemetry, Options, System},
};

#[allow(clippy::doc_markdown, reason = "help on a terminal is no Markdown")]
/// Place three orders and show each as the one trace that it is; the exit code is 0 only if every
/// expected span is there. By default everything is started on free ports, and stopped at the end. Set
/// MESSAGING_TRACE as the worker has it: with link an order is two traces and a link
#[derive(Debug, clap::Args)]
pub struct DemoArguments {
    /// Use a running system instead: the URL of its gateway
    #[arg(long, value_name = "URL", requires = "ui")]
    against: Option<String>,

    /// The URL of its trace UI (Jaeger, or the built-in viewer)
    #[arg(long, value_name = "URL", requires = "against")]
    ui: Option<String>,

    /// Print the project's figures too: start, memory, latency, size of the code
    #[arg(long, conflicts_with = "against")]
    measure: bool,
}

pub(crate) async fn run(arguments: DemoArguments) -> Result<()> {
    let mut out = terminal::output();
    let messaging = messaging_trace()?;
    if let (Some(gateway), Some(ui)) = (&arguments.against, &arguments.ui) {
        return verdict(demo::run(gateway, ui, messaging, &mut out).await?);
    }
    let begun = Instant::now();
    let folder = tempfile::Builder::new().prefix("throughline-demo-").tempdir()?;
    let system = System::start(Options {
        program: env::current_exe().context("this program's own file can't be found")?,
        state_dir: Some(folder.path().to_owned()),
        free_ports: true,
        operator_telemetry: OperatorTelemetry::Ignored,
        logs: LogOutput::Quiet,
    })
    .await?;
    let outcome = tokio::select! {
        outcome = show(&system, begun, messaging, arguments.measure, &mut out) => outcome,
        failure = system.failure() => Err(failure.into()),
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    system.stop().await;
    verdict(outcome?)
}

/// As the worker reads it: a system started here inherits the variable.
fn messaging_trace() -> Result<MessagingTrace> {
    let Ok(value) = env::var("MESSAGING_TRACE") else { return Ok(MessagingTrace::default()) };
    value.parse().context("MESSAGING_TRACE is not what it can be")
}

fn verdict(whole: bool) -> Result<()> {
    if !whole {
        bail!("a trace is not what it should be, see above");
    }
    Ok(())
}

async fn show(
    system: &System,
    begun: Instant,
    messaging: MessagingTrace,
    measured: bool,
    out: &mut dyn Write,
) -> Result<bool> {
    let ready = begun.elapsed();
    let run_file = system.run_file();
    let services: Vec<(String, u32)> =
        run_file.services.iter().map(|service| (service.name.clone(), service.pid)).collect();
    if measured {
        measure::print_duration("start, until all is ready", ready, out)?;
        measure::print_memory("at rest", &services, out)?;
        writeln!(out)?;
    }
    let gateway = system.addresses().edge_of("gateway").context("there is no gateway to order from")?;
    let gateway = format!("http://{gateway}");
    let whole = demo::run(&gateway, &run_file.ui, messaging, out).await?;
    if measured {
        measure::print_duration("start and demo", begun.elapsed(), out)?;
        print_latency(&measure::order_to_confirmed(&gateway).await?, out)?;
        let servers = system.server_pids().map(|(name, pid)| (name.to_owned(), pid));
        measure::load::print(&gateway, &[&services[..], &servers].concat(), out).await?;
        measure::print_memory("after the orders", &services, out)?;
        print_sizes(out)?;
    }
    Ok(whole)
}

fn print_latency(sorted: &[Duration], out: &mut dyn Write) -> Result<()> {
    for (title, percent) in [("median", 50), ("95th percentile", 95)] {
        if let Some(duration) = sorted.get(sorted.len() * percent / 100) {
            measure::print_duration(&format!("order to confirmed, {title}"), *duration, out)?;
        }
    }
    Ok(())
}

/// Only where the code is: in a checkout.
fn print_sizes(out: &mut dyn Write) -> Result<()> {
    let Some(sizes) = Sizes::of(&env::current_dir()?) else { return Ok(()) };
    if let Some((path, lines)) = sizes.largest_file {
        writeln!(out, "{:34}{lines:>10} lines ({})", "largest file", path.display())?;
    }
    Ok(writeln!(out, "{:34}{:>10} lines", "nine of ten functions, at most", sizes.function_p90)?)
}
