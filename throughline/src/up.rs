//! `throughline up`: everything on this machine, without Docker.
//!
//! [`addresses`] says who listens where, and [`usual_ports`] keeps others from it. [`state_folder`] is where the data
//! lives and makes sure that one `up` uses it. [`System`] starts the private [`servers`], runs each
//! [`migration`], then each service as a [`service_process`] of its own, which gets its [`environment`], whose output
//! goes through [`child_log`], and which is up when [`readiness`] says so. The [`run_file`] tells others what runs.

mod addresses;
mod usual_ports;
mod error;
mod state_folder;
mod servers;
mod environment;
mod child_log;
mod migration;
mod readiness;
mod service_process;
mod run_file;
mod system;

use std::path::PathBuf;

use tokio::signal::unix::{SignalKind, signal};

pub use addresses::Addresses;
pub use child_log::LogOutput;
pub use error::UpError;
pub use run_file::{RunFile, RunningService};
pub use state_folder::{StateError, StateFolder};
pub use system::{OperatorTelemetry, Options, System};

use crate::terminal;

/// Start everything on this machine: private PostgreSQL and Redis, an in-process Kafka, the trace
/// viewer, and the services. Ctrl-C stops it all
#[derive(Debug, Default, clap::Args)]
pub struct UpArguments {
    /// Where the data is kept; by default ~/.local/state/throughline, or /var/lib/throughline for root
    #[arg(long, value_name = "FOLDER", env = "THROUGHLINE_STATE_DIR")]
    pub state_dir: Option<PathBuf>,

    /// Take any free ports instead of the usual ones; the table and run.json say which
    #[arg(long)]
    pub free_ports: bool,
}

/// Runs until a signal or a failure.
///
/// # Errors
/// When something can't be started, or ends by itself.
pub async fn run(arguments: UpArguments) -> Result<(), UpError> {
    // Handled from the beginning: a Ctrl-C during the start cleans up too.
    let (mut interrupt, mut terminate) = signals()?;
    let stop = async {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    tokio::pin!(stop);
    if !arguments.free_ports {
        tokio::select! {
            released = Addresses::released() => released?,
            () = &mut stop => return Ok(()),
        }
    }
    let options = Options {
        program: std::env::current_exe().map_err(UpError::Program)?,
        state_dir: arguments.state_dir,
        free_ports: arguments.free_ports,
        operator_telemetry: OperatorTelemetry::Respected,
        logs: LogOutput::Terminal,
    };
    terminal::say("starting PostgreSQL, Redis, Kafka, the trace viewer and the services ...");
    let system = System::launch(options).await?;
    let failure = tokio::select! {
        failure = serve(&system) => Some(failure),
        () = &mut stop => None,
    };
    if let Some(failure) = &failure {
        terminal::error(failure);
    }
    terminal::say("stopping ...");
    system.stop().await;
    terminal::say("stopped: nothing is left running");
    failure.map_or(Ok(()), |_| Err(UpError::Ended))
}

async fn serve(system: &System) -> UpError {
    if let Err(failure) = system.ready().await {
        return failure;
    }
    terminal::say(&system.welcome());
    system.failure().await
}

fn signals() -> Result<(tokio::signal::unix::Signal, tokio::signal::unix::Signal), UpError> {
    let interrupt = signal(SignalKind::interrupt()).map_err(UpError::Signals)?;
    let terminate = signal(SignalKind::terminate()).map_err(UpError::Signals)?;
    Ok((interrupt, terminate))
}
