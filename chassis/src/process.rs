//! One service as one process: from its arguments to its exit code.

use std::{future::Future, process::ExitCode, time::Duration};

use clap::Parser;
use telemetry::{Builder, Service, Telemetry};

use crate::{Shutdown, StartError, memory};

/// `EX_USAGE` of sysexits.h: the operator has to change something; starting again will not help.
const EXIT_USAGE: u8 = 64;

/// How long requests in flight may take after a stop was asked for. Kubernetes kills after 30 s by
/// default; the flush of telemetry needs some of that too.
const GRACE: Duration = Duration::from_secs(20);

/// A service's whole `main`: parses arguments and environment into `C`, then [`run`]s the service.
/// A wrong value ends the process with code 64 before anything is bound.
pub fn main<C, F, R>(service: Service, serve: F) -> ExitCode
where
    C: Parser,
    F: FnOnce(C, Telemetry, Shutdown) -> R,
    R: Future<Output = Result<(), StartError>> + Send + 'static,
{
    match C::try_parse() {
        Ok(config) => run(service, config, serve),
        Err(error) => {
            let code = if error.use_stderr() { EXIT_USAGE } else { 0 };
            // Nothing is left to do about a closed terminal.
            let _ = error.print();
            ExitCode::from(code)
        }
    }
}

/// Runs a service whose configuration has been read: runtime, telemetry, signals, service, flush.
pub fn run<C, F, R>(service: Service, config: C, serve: F) -> ExitCode
where
    F: FnOnce(C, Telemetry, Shutdown) -> R,
    R: Future<Output = Result<(), StartError>> + Send + 'static,
{
    run_with(service, Builder::new(service), config, serve)
}

/// The same with telemetry that is set up otherwise, with another propagator for example.
pub fn run_with<C, F, R>(service: Service, telemetry: Builder, config: C, serve: F) -> ExitCode
where
    F: FnOnce(C, Telemetry, Shutdown) -> R,
    R: Future<Output = Result<(), StartError>> + Send + 'static,
{
    memory::give_back_large_blocks();
    let outcome = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => {
            let outcome = runtime.block_on(serve_and_flush(telemetry, config, serve));
            // Whatever is still blocked (a Kafka client that says goodbye to a broker that is gone) had
            // its time; the process does not wait for it any longer.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(StartError::Runtime(error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(service, &error);
            ExitCode::from(if matches!(error, StartError::Config(_)) { EXIT_USAGE } else { 1 })
        }
    }
}

async fn serve_and_flush<C, F, R>(telemetry: Builder, config: C, serve: F) -> Result<(), StartError>
where
    F: FnOnce(C, Telemetry, Shutdown) -> R,
    R: Future<Output = Result<(), StartError>> + Send + 'static,
{
    let telemetry = telemetry.init()?;
    let shutdown = Shutdown::on_signals().map_err(StartError::Signals)?;
    // A task of its own: should it block its thread, the deadline still holds.
    let serving = telemetry::spawn(serve(config, telemetry.clone(), shutdown.clone()));
    let served = tokio::select! {
        served = serving => served.unwrap_or_else(|panic| Err(StartError::Panicked(panic.to_string()))),
        () = overdue(&shutdown) => Err(StartError::Overdue(GRACE)),
    };
    // Flushed on the error path too: the spans of a failed start are the ones somebody will look for.
    // What was lost then is on standard output already.
    let _ = telemetry.shutdown().await;
    served
}

async fn overdue(shutdown: &Shutdown) {
    shutdown.requested().await;
    tokio::time::sleep(GRACE).await;
}

#[allow(clippy::print_stderr, reason = "the process ends here, and whoever started it reads stderr")]
fn say(service: Service, error: &StartError) {
    eprintln!("{}: {error}", service.name);
}
