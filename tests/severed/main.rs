//! One service as a process, with a propagator that loses the trace at one hop. The negative controls
//! of the trace contract run it: a contract that does not notice is no contract. Without `--cut` it is the
//! program `throughline`, with whatever services that has.

mod propagator;

use std::{env, process::ExitCode};

use clap::Parser;
use telemetry::{Builder, Service};

use crate::propagator::Severed;

/// A service whose propagation is cut.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the trace is lost
    #[arg(long, value_enum)]
    cut: Cut,
    #[command(subcommand)]
    service: ServiceCommand,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Cut {
    /// Nowhere
    Nothing,
    /// Nothing is written into outgoing headers
    Outgoing,
    /// Nothing is read from incoming headers
    Incoming,
    /// Nothing is read from a stored context; requests are read
    Stored,
}

#[derive(Debug, clap::Subcommand)]
enum ServiceCommand {
    Gateway(gateway::Config),
    Users(users::Config),
    Orders(orders::Config),
    OrderWorker(order_worker::Config),
}

fn main() -> ExitCode {
    if env::args().nth(1).is_none_or(|first| first != "--cut") {
        return throughline::main();
    }
    let Arguments { cut, service } = Arguments::parse();
    let telemetry = |service: Service| Builder::new(service).propagator(Severed::new(cut));
    match service {
        ServiceCommand::Gateway(config) => {
            chassis::run_with(gateway::SERVICE, telemetry(gateway::SERVICE), config, gateway::run)
        }
        ServiceCommand::Users(config) => {
            chassis::run_with(users::SERVICE, telemetry(users::SERVICE), config, users::run)
        }
        ServiceCommand::Orders(config) => {
            chassis::run_with(orders::SERVICE, telemetry(orders::SERVICE), config, orders::run)
        }
        ServiceCommand::OrderWorker(config) => chassis::run_with(
            order_worker::SERVICE,
            telemetry(order_worker::SERVICE),
            config,
            order_worker::run,
        ),
    }
}
