//! The services that `up` starts. A new service is registered here and in `cli`.

use sqlx::migrate::Migrator;

/// What `up` has to know about a service.
#[derive(Debug)]
pub(crate) struct ListedService {
    /// Its command, and its name everywhere else.
    pub(crate) name: &'static str,
    /// Its database, if it has one.
    pub(crate) database: Option<Database>,
}

/// A database that belongs to one service.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) name: &'static str,
    pub(crate) migrations: &'static Migrator,
}

/// In the order in which they are stopped: first who calls, then who is called. So no request in
/// flight loses its neighbour.
pub(crate) static SERVICES: [ListedService; 4] = [
    ListedService { name: "gateway", database: None },
    ListedService {
        name: "order-worker",
        database: Some(Database { name: "stock", migrations: &order_worker::MIGRATIONS }),
    },
    ListedService {
        name: "orders",
        database: Some(Database { name: "orders", migrations: &orders::MIGRATIONS }),
    },
    ListedService {
        name: "users",
        database: Some(Database { name: "users", migrations: &users::MIGRATIONS }),
    },
];
