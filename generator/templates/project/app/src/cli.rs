//! The command line. The comments are the manual: `--help` prints them.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// `EX_USAGE` of sysexits.h.
const EXIT_USAGE: u8 = 64;

/// All services as one program.
#[derive(Debug, Parser)]
#[command(name = "my-project", version, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is one of it, for a moment")]
enum Command {
    /// Print the services with their usual ports and their databases
    List,
    Migrate(crate::operations::MigrateArguments),
    Health(crate::operations::HealthArguments),
}

/// The whole program.
pub(crate) fn main() -> ExitCode {
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

#[allow(clippy::print_stdout, reason = "whoever asks for the list reads it")]
fn run(command: Option<Command>) -> ExitCode {
    match command {
        Some(Command::List) => {
            println!("{}", crate::service_list::table());
            ExitCode::SUCCESS
        }
        Some(Command::Migrate(arguments)) => match chassis::secret("DATABASE_URL") {
            Ok(url) => on_runtime(crate::operations::migrate(arguments, url)),
            Err(error) => failed(&error, EXIT_USAGE),
        },
        Some(Command::Health(arguments)) => on_runtime(crate::operations::health(arguments)),
        None => ExitCode::from(EXIT_USAGE),
    }
}

fn on_runtime<E: std::fmt::Display>(command: impl Future<Output = Result<(), E>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(command)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error, 1),
        Err(error) => failed(&error, 1),
    }
}

#[allow(clippy::print_stderr, reason = "whoever started it reads why it failed")]
fn failed(error: &impl std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("my-project: {error}");
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;
    use crate::service_list::SERVICES;

    #[test]
    fn every_service_in_the_list_has_a_command_of_its_name() {
        let program = Cli::command();
        program.clone().debug_assert();
        for service in SERVICES {
            assert!(program.find_subcommand(service.name).is_some(), "{} has no command", service.name);
        }
    }
}
