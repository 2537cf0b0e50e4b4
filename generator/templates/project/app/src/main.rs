//! All services as one program: the command says which one this process is. The image contains it, and
//! `migrate` and `health` are what an orchestrator runs beside the services.

mod cli;
mod operations;
mod service_list;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
