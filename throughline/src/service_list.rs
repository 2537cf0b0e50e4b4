//! The services that `up` starts and `migrate` knows. A new service is registered here and in `cli`.

use clap::builder::PossibleValuesParser;
use sqlx::migrate::Migrator;

/// What `up` and `migrate` have to know about a service.
#[derive(Debug)]
pub(crate) struct ListedService {
    /// Its command, and its name everywhere else.
    pub(crate) name: &'static str,
    /// Where it is called by default; `None` when nobody calls it.
    #[cfg_attr(not(feature = "local"), allow(dead_code, reason = "only `up` gives services their ports"))]
    pub(crate) edge: Option<u16>,
    /// Where its readiness is, by default.
    #[cfg_attr(not(feature = "local"), allow(dead_code, reason = "only `up` gives services their ports"))]
    pub(crate) admin: u16,
    /// Its database, if it has one.
    pub(crate) database: Option<Database>,
}

/// A database that belongs to one service.
#[derive(Debug)]
pub(crate) struct Database {
    #[cfg_attr(
        not(feature = "local"),
        allow(dead_code, reason = "only a laptop's databases are named by us")
    )]
    pub(crate) name: &'static str,
    pub(crate) migrations: &'static Migrator,
}

/// In the order in which they are stopped: first who calls, then who is called. So no request in
/// flight loses its neighbour.
pub(crate) static SERVICES: &[ListedService] = &[
    ListedService { name: "gateway", edge: Some(8080), admin: 9101, database: None },
    ListedService {
        name: "order-worker",
        edge: None,
        admin: 9104,
        database: Some(Database { name: "stock", migrations: &order_worker::MIGRATIONS }),
    },
    ListedService {
        name: "orders",
        edge: Some(50052),
        admin: 9103,
        database: Some(Database { name: "orders", migrations: &orders::MIGRATIONS }),
    },
    ListedService {
        name: "users",
        edge: Some(50051),
        admin: 9102,
        database: Some(Database { name: "users", migrations: &users::MIGRATIONS }),
    },
];

/// What `migrate` takes.
pub(crate) fn names_with_database() -> PossibleValuesParser {
    let with_database = SERVICES.iter().filter(|service| service.database.is_some());
    PossibleValuesParser::new(with_database.map(|service| service.name))
}
