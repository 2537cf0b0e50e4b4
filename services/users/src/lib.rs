//! Accounts. A call comes in at [`grpc`], which turns it into the types of [`accounts`]; the rules
//! there ask the [`cache`] and the [`store`]; what goes wrong becomes a gRPC status in [`error`].

mod config;
mod grpc;
mod accounts;
mod demo;
mod password;
mod store;
mod cache;
mod error;

use chassis::{Readiness, Shutdown, StartError};
use telemetry::{Service, Telemetry};
use tokio::net::TcpListener;

use crate::{cache::Cache, password::Passwords, store::Store};

pub use config::{Config, Secrets};
pub use store::MIGRATIONS;

/// Name and version, as telemetry tells them.
pub const SERVICE: Service = telemetry::service!().in_namespace("throughline");

/// Everything a call needs; cloned into each.
#[derive(Clone)]
pub struct App {
    store: Store,
    cache: Cache,
    passwords: Passwords,
    demo: bool,
    readiness: Readiness,
    telemetry: Telemetry,
}

impl App {
    /// Connects nothing yet: stores are connected when first used.
    ///
    /// # Errors
    /// When a URL is of no use.
    pub fn new(config: &Config, secrets: &Secrets, telemetry: &Telemetry) -> Result<Self, StartError> {
        let store = Store::new(&secrets.database_url, telemetry)?;
        let cache = Cache::new(&secrets.redis_url, telemetry)?;
        let readiness = Readiness::builder()
            .required("postgresql", store.probe())
            .degraded("redis", cache.probe())
            .build();
        let passwords = Passwords::new();
        let demo = config.demo;
        Ok(Self { store, cache, passwords, demo, readiness, telemetry: telemetry.clone() })
    }
}

/// The whole life of the service, from bound addresses to the last answered call.
///
/// # Errors
/// [`StartError`] says what stopped it.
pub async fn run(config: Config, telemetry: Telemetry, shutdown: Shutdown) -> Result<(), StartError> {
    let app = App::new(&config, &Secrets::from_env()?, &telemetry)?;
    let listener = chassis::listen("LISTEN_ADDR", config.listen_addr).await?;
    let admin = chassis::listen("ADMIN_ADDR", config.admin_addr).await?;
    let admin = chassis::serve_admin(admin, app.readiness.clone(), telemetry, shutdown.clone());
    tokio::try_join!(admin, async {
        app.store.verify(&shutdown).await?;
        serve(listener, app, shutdown).await
    })?;
    Ok(())
}

/// Answers calls on `listener` until the stop. The database has to be at this build's version.
///
/// # Errors
/// When the server stops by itself.
pub async fn serve(listener: TcpListener, app: App, shutdown: Shutdown) -> Result<(), StartError> {
    app.make_demo_account().await;
    grpc::serve(listener, app, shutdown).await
}
