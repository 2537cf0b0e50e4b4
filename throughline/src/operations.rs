//! What an operator or an orchestrator runs beside the services: `migrate` and `health`.

use std::net::SocketAddr;

use chassis::{Secret, database::SchemaError};

use crate::service_list::{SERVICES, names_with_database};

#[allow(clippy::doc_markdown, reason = "help on a terminal is no Markdown")]
/// Apply the migrations that a service's database lacks, then end. DATABASE_URL (or DATABASE_URL_FILE)
/// says which one. Two at the same time are fine: one waits. Services only check the version
#[derive(Debug, clap::Args)]
pub struct MigrateArguments {
    /// Whose migrations
    #[arg(value_parser = names_with_database())]
    service: String,
}

/// Ask a service whether it is ready; exit code 0 if so, 1 with what is missing otherwise. For images
/// that have no shell
#[derive(Debug, clap::Args)]
pub struct HealthArguments {
    /// Its admin address, e.g. 127.0.0.1:9101
    admin: SocketAddr,
}

pub(crate) async fn migrate(arguments: MigrateArguments, url: Secret) -> Result<(), SchemaError> {
    let listed = SERVICES.iter().find(|service| service.name == arguments.service);
    if let Some(database) = listed.and_then(|service| service.database.as_ref()) {
        chassis::database::migrate(&url, database.migrations).await?;
    }
    Ok(())
}

pub(crate) async fn health(arguments: HealthArguments) -> Result<(), String> {
    let ready = chassis::ask_readiness(arguments.admin).await;
    ready.map_err(|answer| format!("{} is not ready: {answer}", arguments.admin))
}
