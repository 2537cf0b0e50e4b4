//! Stock for orders. A message comes in at [`consume`], which turns it into the types of
//! [`reservation`]; the rules there reserve in the [`store`] and then settle the order with the
//! [`orders`] service. A message that can't be handled goes to the dead letters of [`events`].

mod config;
mod consume;
mod reservation;
mod store;
mod orders;
mod events;
mod error;

use chassis::{Readiness, Shutdown, StartError, retention};
use telemetry::{Consumer, Service, Telemetry};

use crate::{events::DeadLetters, orders::Orders, store::Store};

pub use config::{Config, Secrets};
pub use store::MIGRATIONS;

/// Name and version, as telemetry tells them.
pub const SERVICE: Service = telemetry::service!().in_namespace("throughline");

/// Everything a message needs; cloned for each partition.
#[derive(Clone)]
pub struct App {
    store: Store,
    orders: Orders,
    dead_letters: DeadLetters,
    consumer: Consumer,
    readiness: Readiness,
    telemetry: Telemetry,
}

impl App {
    /// Connects nothing yet, but joins the consumer group as soon as the broker can be reached.
    ///
    /// # Errors
    /// When a URL or a Kafka setting is of no use.
    pub fn new(config: &Config, secrets: &Secrets, telemetry: &Telemetry) -> Result<Self, StartError> {
        let store = Store::new(&secrets.database_url, telemetry)?;
        let orders = Orders::new(&config.orders_url, telemetry);
        let dead_letters = DeadLetters::new(&config.kafka_brokers, telemetry)?;
        let consumer = consume::subscribe(config, telemetry)?;
        let readiness = Readiness::builder()
            .required("postgresql", store.probe())
            .required("kafka", consume::probe(&consumer))
            .build();
        Ok(Self { store, orders, dead_letters, consumer, readiness, telemetry: telemetry.clone() })
    }
}

/// The whole life of the service, from the bound address to the last handled message.
///
/// # Errors
/// [`StartError`] says what stopped it.
pub async fn run(config: Config, telemetry: Telemetry, shutdown: Shutdown) -> Result<(), StartError> {
    let app = App::new(&config, &Secrets::from_env()?, &telemetry)?;
    let admin = chassis::listen("ADMIN_ADDR", config.admin_addr).await?;
    let admin = chassis::serve_admin(admin, app.readiness.clone(), telemetry, shutdown.clone());
    tokio::try_join!(admin, async {
        app.store.verify(&shutdown).await?;
        serve(app, shutdown).await
    })?;
    Ok(())
}

/// Handles messages until the stop; those that were begun are finished. The database has to be at this
/// build's version.
///
/// # Errors
/// When the consumer can't go on.
pub async fn serve(app: App, shutdown: Shutdown) -> Result<(), StartError> {
    app.readiness.set_serving(true);
    let delete = || app.store.delete_old_events(retention::BATCH);
    let tidying = retention::keep(app.telemetry.clone(), "inbox", delete, shutdown.clone());
    let (consumed, ()) = tokio::join!(consume::run(&app, &shutdown), tidying);
    app.readiness.set_serving(false);
    consumed
}
