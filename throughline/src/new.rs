//! `throughline new`: a service in this repository, or a repository of one's own.
//!
//! A [`name`] is held against its rules. The [`template`]s of [`service_files`] are a service called
//! `my-things`; they are rendered for the name, and [`registration`] says which lines of which files have
//! to name the new service, in the [`checkout`] where the program runs. All of it is thought out before the
//! first byte is written, and [`changes`] takes everything back when something fails. A [`project`] is made
//! from the parts of the checkout that are of use without the shop, and then gets its service in the same way.

mod changes;
mod checkout;
mod insert;
mod name;
mod project;
mod project_files;
mod registration;
mod reserved;
mod service;
mod service_files;
mod template;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::terminal;
use checkout::Checkout;
use name::Name;

pub use template::Shape;

/// Write a new service, or a new repository with one service
#[derive(Debug, clap::Args)]
pub struct NewArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    Service(ServiceArguments),
    Project(ProjectArguments),
}

/// Write a service into the checkout that this is run in
///
/// What is written: the crate services/NAME with its README and tests, migrations/NAME, its contract in
/// proto/, a manifest for Kubernetes, and the lines that register it: in the workspace, in this program (so
/// that `up` runs it), in the image, in compose with a database, a role and a password of its own. It has
/// one resource, named after the service, that can be created and looked up. It builds and passes its tests
/// at once; change it from there. Nothing is written when the name is bad or taken, and nothing is left
/// when something fails.
#[derive(Debug, clap::Args)]
struct ServiceArguments {
    /// In lower case with hyphens, best a plural: parcels, gift-cards
    name: String,

    #[command(flatten)]
    edges: Edges,
}

/// How a service is reached.
#[derive(Debug, clap::Args)]
struct Edges {
    /// It consumes the topic NAME.requested too, with dead letters
    #[arg(long)]
    kafka: bool,

    /// It is called by nobody and only consumes; needs --kafka
    #[arg(long, requires = "kafka")]
    no_grpc: bool,
}

/// Write a repository of your own: one service, and what it needs of this one, without the shop
///
/// What is taken from the checkout: telemetry, chassis and local-servers with their tests, the image,
/// compose with PostgreSQL, Redis, Kafka, a Collector and Jaeger, the settings of the tools, the licences.
/// What is new: the service, as `new service` writes it (which works there too), a small program that
/// contains all services, a README, a Makefile and CI. `make test` passes at once.
#[derive(Debug, clap::Args)]
struct ProjectArguments {
    /// A folder that does not exist yet, or is empty; its name is the project's name
    path: PathBuf,

    /// The name of its service
    #[arg(long, default_value = "notes")]
    service: String,

    #[command(flatten)]
    edges: Edges,

    /// The checkout of Throughline to take from [default: the one that this is run in]
    #[arg(long, value_name = "CHECKOUT")]
    from: Option<PathBuf>,
}

impl Edges {
    fn shape(&self) -> Shape {
        Shape { grpc: !self.no_grpc, kafka: self.kafka }
    }
}

pub(crate) fn run(arguments: NewArguments) -> Result<()> {
    match arguments.what {
        What::Service(arguments) => new_service(&arguments),
        What::Project(arguments) => new_project(&arguments),
    }
}

fn new_service(arguments: &ServiceArguments) -> Result<()> {
    let name = &arguments.name;
    say_all(&write_service(&here()?, name, arguments.edges.shape())?);
    terminal::say(&format!(
        "\nNext: `cargo test -p {name}` runs its tests; `cargo run -- up` runs it with the others. Then say what it is \
         for, in services/{name}/README.md and src/lib.rs, and let somebody call it: docs/copying.md goes on."
    ));
    Ok(())
}

fn new_project(arguments: &ProjectArguments) -> Result<()> {
    let from = match &arguments.from {
        Some(from) => from.clone(),
        None => here()?,
    };
    let path = std::path::absolute(&arguments.path).context("the path can't be made absolute")?;
    say_all(&write_project(&from, &path, &arguments.service, arguments.edges.shape())?);
    terminal::say(&format!(
        "\nNext: `cd {} && make test`; then `git init`. README.md says what is where; the next service is one \
         `throughline new service NAME` away.",
        path.display()
    ));
    Ok(())
}

/// Writes a service into the checkout that `folder` is or lies in, and returns what was done, line by line.
///
/// # Errors
/// One sentence: what is wrong, and what to do. Nothing is left of it then.
pub fn write_service(folder: &Path, name: &str, shape: Shape) -> Result<Vec<String>> {
    let name = Name::parse(name)?;
    let checkout = Checkout::around(folder)?;
    service::plan(&checkout, &name, shape)?.apply(|| checkout.update_lock_file())
}

/// Writes a repository to `path` with one service and what it needs of the checkout that `from` is or lies in;
/// returns what was done, line by line.
///
/// # Errors
/// One sentence: what is wrong, and what to do. Nothing is left of it then.
pub fn write_project(from: &Path, path: &Path, service: &str, shape: Shape) -> Result<Vec<String>> {
    let service = Name::parse(service)?;
    let from = Checkout::around(from).context("a project is made from a checkout: name one with --from")?;
    project::write(&from, path, &service, shape)
}

fn say_all(lines: &[String]) {
    lines.iter().for_each(|line| terminal::say(line));
}

fn here() -> Result<PathBuf> {
    std::env::current_dir().context("the current folder can't be found")
}
