//! The service as a process of its own; `service` is this folder's library.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::main(service::SERVICE, service::run)
}
