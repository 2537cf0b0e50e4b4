//! Orders. A call comes in at [`grpc`], which turns it into the types of [`orders`]; the use cases there
//! write to the [`store`] and keep the [`cache`] right. A placed order also leaves an event in the
//! store's outbox, which the [`relay`] publishes through [`events`]. What goes wrong becomes a gRPC
//! status in [`error`].

mod config;
mod grpc;
mod orders;
mod store;
mod cache;
mod watchers;
mod relay;
mod events;
mod error;

use std::sync::Arc;

use chassis::{Readiness, Shutdown, StartError, retention};
use telemetry::{Completions, Service, Telemetry};
use tokio::{net::TcpListener, sync::Notify};

use crate::{
    cache::Cache,
    events::Events,
    relay::Relay,
    store::{Call, Store},
    watchers::Watchers,
};

pub use config::{Config, Secrets};
pub use store::MIGRATIONS;

/// Name and version, as telemetry tells them.
pub const SERVICE: Service = telemetry::service!().in_namespace("throughline");

/// Everything a call needs; cloned into each.
#[derive(Clone)]
pub struct App {
    store: Store,
    cache: Cache,
    events: Events,
    /// Rung after a commit that left an event: the relay does not have to find out by itself.
    outbox_bell: Arc<Notify>,
    watchers: Watchers,
    /// From the order to its outcome: what was promised to customers.
    settlements: Completions,
    /// Streams end when it is requested; they would hold up the stop otherwise.
    stopping: Shutdown,
    readiness: Readiness,
    telemetry: Telemetry,
}

impl App {
    /// Connects nothing yet: stores and broker are connected when first used.
    ///
    /// # Errors
    /// When a URL is of no use.
    pub fn new(config: &Config, secrets: &Secrets, telemetry: &Telemetry) -> Result<Self, StartError> {
        let store = Store::new(&secrets.database_url, config.outbox_resend_after, telemetry)?;
        let cache = Cache::new(&secrets.redis_url, telemetry)?;
        let events = Events::new(&config.kafka_brokers, telemetry)?;
        let readiness = Readiness::builder()
            .required("postgresql", store.probe())
            .degraded("redis", cache.probe())
            // Without Kafka orders are still taken: their events wait in the outbox.
            .degraded("kafka", events.probe())
            .build();
        Ok(Self {
            store,
            cache,
            events,
            outbox_bell: Arc::default(),
            watchers: Watchers::default(),
            settlements: telemetry.completions("order"),
            stopping: Shutdown::new(),
            readiness,
            telemetry: telemetry.clone(),
        })
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

/// Answers calls on `listener` and publishes their events until the stop. The database has to be at
/// this build's version.
///
/// # Errors
/// When the server stops by itself.
pub async fn serve(listener: TcpListener, mut app: App, shutdown: Shutdown) -> Result<(), StartError> {
    app.stopping = shutdown.clone();
    let calls = telemetry::spawn(hear_calls(app.clone(), shutdown.clone()));
    let tidying = telemetry::spawn(forget_old_keys(app.clone(), shutdown.clone()));
    // Stopped after the server: what the last calls left in the outbox is still published.
    let relay_stop = Shutdown::new();
    let relay = telemetry::spawn(Relay::new(&app).run(relay_stop.clone()));
    let served = grpc::serve(listener, app, shutdown).await;
    relay_stop.request();
    // A relay that panicked has lost nothing: its leases expire and another one takes the rows.
    let _ = relay.await;
    calls.abort();
    tidying.abort();
    served
}

/// What other replicas say rings the same bells as what happens here.
async fn hear_calls(app: App, shutdown: Shutdown) {
    let heard = |call: Call| match call {
        Call::Outbox => app.outbox_bell.notify_one(),
        Call::Order(id) => app.watchers.wake(id),
        Call::Everything => {
            app.outbox_bell.notify_one();
            app.watchers.wake_all();
        }
    };
    app.store.listen(heard, &shutdown).await;
}

async fn forget_old_keys(app: App, shutdown: Shutdown) {
    let delete = || app.store.delete_expired_keys(retention::BATCH);
    retention::keep(app.telemetry.clone(), "idempotency_keys", delete, shutdown).await;
}
