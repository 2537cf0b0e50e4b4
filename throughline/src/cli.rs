//! The command line. The comments are the manual: `--help` prints them.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// `EX_USAGE` of sysexits.h.
const EXIT_USAGE: u8 = 64;

/// One order, one trace: a microservice application that shows distributed tracing.
///
/// Without a command it starts everything on this machine, like `up`.
#[derive(Debug, Parser)]
#[command(name = "throughline", version)]
#[cfg_attr(not(feature = "local"), command(subcommand_required = true, arg_required_else_help = true))]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it, for a moment")]
enum Command {
    #[cfg(feature = "local")]
    Up(crate::up::UpArguments),
    #[cfg(feature = "local")]
    Status(crate::status::StatusArguments),
    #[cfg(feature = "local")]
    Logs(crate::logs_command::LogsArguments),
    #[cfg(feature = "local")]
    Trace(crate::trace_command::TraceArguments),
    #[cfg(feature = "local")]
    Demo(crate::demo_command::DemoArguments),
    #[cfg(feature = "local")]
    Viewer(crate::viewer_command::ViewerArguments),
    #[cfg(feature = "local")]
    New(generator::NewArguments),
    Gateway(gateway::Config),
    Users(users::Config),
    Orders(orders::Config),
    OrderWorker(order_worker::Config),
    Migrate(crate::operations::MigrateArguments),
    Health(crate::operations::HealthArguments),
}

/// The command line as data: what the manifests say about a service is held against it.
pub fn command() -> clap::Command {
    Cli::command()
}

/// The whole program.
pub fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli.command),
        Err(error) => {
            let code = if error.use_stderr() { EXIT_USAGE } else { 0 };
            // Nothing is left to do about a closed terminal.
            let _ = error.print();
            ExitCode::from(code)
        }
    }
}

fn run(command: Option<Command>) -> ExitCode {
    match command {
        Some(Command::Gateway(config)) => chassis::run(gateway::SERVICE, config, gateway::run),
        Some(Command::Users(config)) => chassis::run(users::SERVICE, config, users::run),
        Some(Command::Orders(config)) => chassis::run(orders::SERVICE, config, orders::run),
        Some(Command::OrderWorker(config)) => chassis::run(order_worker::SERVICE, config, order_worker::run),
        Some(Command::Migrate(arguments)) => match chassis::secret("DATABASE_URL") {
            Ok(url) => on_runtime(crate::operations::migrate(arguments, url)),
            Err(error) => {
                crate::terminal::error(&error);
                ExitCode::from(EXIT_USAGE)
            }
        },
        Some(Command::Health(arguments)) => on_runtime(crate::operations::health(arguments)),
        #[cfg(feature = "local")]
        Some(Command::Up(arguments)) => on_runtime(crate::up::run(arguments)),
        #[cfg(feature = "local")]
        Some(Command::Status(arguments)) => exit_code(crate::status::run(&arguments)),
        #[cfg(feature = "local")]
        Some(Command::Logs(arguments)) => on_runtime(crate::logs_command::run(arguments)),
        #[cfg(feature = "local")]
        Some(Command::Trace(arguments)) => on_runtime(crate::trace_command::run(arguments)),
        #[cfg(feature = "local")]
        Some(Command::Demo(arguments)) => on_runtime(crate::demo_command::run(arguments)),
        #[cfg(feature = "local")]
        Some(Command::Viewer(arguments)) => on_runtime(crate::viewer_command::run(arguments)),
        #[cfg(feature = "local")]
        Some(Command::New(arguments)) => exit_code(generate(&arguments)),
        #[cfg(feature = "local")]
        None => on_runtime(crate::up::run(crate::up::UpArguments::default())),
        #[cfg(not(feature = "local"))]
        None => ExitCode::from(EXIT_USAGE),
    }
}

#[cfg(feature = "local")]
fn generate(arguments: &generator::NewArguments) -> anyhow::Result<()> {
    let written = generator::run(&std::env::current_dir()?, arguments)?;
    written.said.iter().for_each(|line| crate::terminal::say(line));
    Ok(())
}

fn on_runtime<E: std::fmt::Display>(command: impl Future<Output = Result<(), E>>) -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => exit_code(runtime.block_on(command)),
        Err(error) => exit_code(Err(format!("the runtime can't start ({error})"))),
    }
}

fn exit_code<E: std::fmt::Display>(outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With all its causes, where an error keeps them apart.
            crate::terminal::error(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}
