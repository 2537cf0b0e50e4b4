//! `throughline new`: a service in this repository, or a repository of one's own.
//!
//! A [`name`] is held against its rules, and so is the [`topic`] that the service consumes. The [`template`]s of
//! [`service_files`] are a service called `my-things`; they are rendered for the name, and [`registration`] says
//! which lines of which files have to name the new service, in the [`checkout`] where the program runs. All of it
//! is thought out before the first byte is written, and [`changes`] takes everything back when something fails. A
//! [`project`] is made from the parts of the checkout that are of use without the shop, and then gets its service
//! in the same way.

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
mod topic;

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use checkout::Checkout;
use name::Name;
use topic::Topic;

pub use changes::Written;
pub use template::Shape;

/// Write a new service, or a new repository with one service
#[derive(Debug, clap::Parser)]
#[command(name = "new")]
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
    /// It consumes a topic too, with dead letters
    #[arg(long)]
    kafka: bool,

    /// Which one, in the form orders.confirmed: somebody else's event, or by default its own NAME.requested
    #[arg(long, requires = "kafka")]
    topic: Option<String>,

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

/// Does what the command line asks for, as seen from `folder`.
///
/// # Errors
/// One sentence: what is wrong, and what to do. Nothing is left of it then.
pub fn run(folder: &Path, arguments: &NewArguments) -> Result<Written> {
    match &arguments.what {
        What::Service(arguments) => new_service(folder, arguments),
        What::Project(arguments) => new_project(folder, arguments),
    }
}

fn new_service(folder: &Path, arguments: &ServiceArguments) -> Result<Written> {
    let ServiceArguments { name, edges } = arguments;
    let mut written = write_service(folder, name, edges.shape(), edges.topic.as_deref())?;
    // A project has no `up`, and none of these pages.
    let (start, more) = if Checkout::around(folder)?.program == "throughline" {
        ("cargo run -- up", ": docs/copying.md goes on")
    } else {
        ("make stack", "")
    };
    written.said.push(format!(
        "\nNext: `cargo test -p {name}` runs its tests; `{start}` runs it with the others. Then say what it is for, in \
         services/{name}/README.md and src/lib.rs, and let somebody call it{more}."
    ));
    Ok(written)
}

fn new_project(folder: &Path, arguments: &ProjectArguments) -> Result<Written> {
    let ProjectArguments { path, service, edges, from } = arguments;
    let from = from.as_ref().map_or(folder.to_owned(), |from| seen_from(folder, from));
    let path = seen_from(folder, path);
    let mut written = write_project(&from, &path, service, edges.shape(), edges.topic.as_deref())?;
    written.said.push(format!(
        "\nNext: `cd {} && make test`; then `git init`. README.md says what is where; the next service is one \
         `throughline new service NAME` away.",
        path.display()
    ));
    Ok(written)
}

/// Without `..`: whether a place is inside another is seen by its beginning.
fn seen_from(folder: &Path, path: &Path) -> PathBuf {
    let mut place = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::ParentDir => drop(place.pop()),
            part => place.push(part),
        }
    }
    place
}

/// Writes a service into the checkout that `folder` is or lies in. A `topic` is what it consumes, if it
/// consumes; `None` is one of its own.
///
/// # Errors
/// One sentence: what is wrong, and what to do. Nothing is left of it then.
pub fn write_service(folder: &Path, name: &str, shape: Shape, topic: Option<&str>) -> Result<Written> {
    let name = Name::parse(name)?;
    let topic = topic_of(&name, topic)?;
    let checkout = Checkout::around(folder)?;
    service::plan(&checkout, &name, shape, &topic)?.apply(|| checkout.update_lock_file())
}

/// Writes a repository to `path` with one service and what it needs of the checkout that `from` is or lies in.
///
/// # Errors
/// One sentence: what is wrong, and what to do. Nothing is left of it then.
pub fn write_project(
    from: &Path,
    path: &Path,
    service: &str,
    shape: Shape,
    topic: Option<&str>,
) -> Result<Written> {
    let service = Name::parse(service)?;
    let topic = topic_of(&service, topic)?;
    let from = Checkout::around(from).context("a project is made from a checkout: name one with --from")?;
    project::write(&from, path, &service, shape, &topic)
}

fn topic_of(name: &Name, topic: Option<&str>) -> Result<Topic> {
    Ok(Topic::parse(&topic.map_or_else(|| format!("{name}.requested"), str::to_owned))?)
}
