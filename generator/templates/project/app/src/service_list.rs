//! The services that this program contains. A new service is registered here and in `cli`.

use clap::builder::PossibleValuesParser;
use sqlx::migrate::Migrator;

/// What is known about a service.
#[derive(Debug)]
pub(crate) struct ListedService {
    /// Its command, and its name everywhere else.
    pub(crate) name: &'static str,
    /// Where it is called by default; `None` when nobody calls it.
    pub(crate) edge: Option<u16>,
    /// Where its readiness is, by default.
    pub(crate) admin: u16,
    /// Its database, if it has one.
    pub(crate) database: Option<Database>,
}

/// A database that belongs to one service.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) name: &'static str,
    pub(crate) migrations: &'static Migrator,
}

/// All of them.
pub(crate) static SERVICES: &[ListedService] = &[
    // Each on lines of its own: `throughline new service` puts the next one below the last.
];

/// What `migrate` takes.
pub(crate) fn names_with_database() -> PossibleValuesParser {
    let with_database = SERVICES.iter().filter(|service| service.database.is_some());
    PossibleValuesParser::new(with_database.map(|service| service.name))
}

/// A line for each service.
pub(crate) fn table() -> String {
    let row = |service: &ListedService| {
        let edge = service.edge.map_or_else(|| "none".to_owned(), |port| port.to_string());
        let database = service.database.as_ref().map_or("none", |database| database.name);
        format!("{:30} gRPC {edge:5}  admin {:5}  database {database}", service.name, service.admin)
    };
    SERVICES.iter().map(row).collect::<Vec<_>>().join("\n")
}
