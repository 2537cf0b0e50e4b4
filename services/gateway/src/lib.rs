//! The public edge. A request comes in at [`http`], which asks [`tokens`] who sends it and [`limits`] how
//! often they may, before it reads a body. The rules in [`accounts`], [`checkout`] and [`history`] ask the
//! neighbours [`users`] and [`orders`]. The [`cache`] counts for the limits. What goes wrong becomes a
//! problem+json answer in [`error`]. What the document at `/openapi.json` says stands at each handler.

mod config;
mod http;
mod keys;
mod tokens;
mod limits;
mod accounts;
mod checkout;
mod history;
mod page_tokens;
mod cache;
mod users;
mod orders;
mod error;

use std::time::Duration;

use chassis::{Readiness, Shutdown, StartError};
use telemetry::{Service, Telemetry, TrustInbound};
use tokio::net::TcpListener;

use crate::{
    cache::Cache, keys::Keys, orders::Orders, page_tokens::PageTokens, tokens::Tokens, users::Users,
};

pub use config::{Config, Secrets};

/// Name and version, as telemetry tells them.
pub const SERVICE: Service = telemetry::service!().in_namespace("throughline");

/// Everything a request needs; cloned into each.
#[derive(Clone)]
pub struct App {
    users: Users,
    orders: Orders,
    tokens: Tokens,
    page_tokens: PageTokens,
    cache: Cache,
    trust_inbound: TrustInbound,
    events_max_duration: Duration,
    readiness: Readiness,
    telemetry: Telemetry,
}

impl App {
    /// Connects nothing yet: neighbours and cache are connected when first used.
    ///
    /// # Errors
    /// When a secret is of no use.
    pub fn new(config: &Config, secrets: &Secrets, telemetry: &Telemetry) -> Result<Self, StartError> {
        let keys = Keys::parse(&secrets.jwt_keys)?;
        let cache = Cache::new(&secrets.redis_url, telemetry)?;
        // Neighbours are not listed: a gateway taken out of service answers nothing at all, one without
        // a neighbour still answers what it can, and 503 to the rest.
        let readiness = Readiness::builder().degraded("redis", cache.probe()).build();
        Ok(Self {
            users: Users::new(&config.users_url, telemetry),
            orders: Orders::new(&config.orders_url, telemetry),
            tokens: Tokens::new(&keys),
            page_tokens: PageTokens::new(&keys)?,
            cache,
            trust_inbound: config.trust_inbound_trace,
            events_max_duration: config.events_max_duration,
            readiness,
            telemetry: telemetry.clone(),
        })
    }
}

/// The whole life of the service, from bound addresses to the last answered request.
///
/// # Errors
/// [`StartError`] says what stopped it.
pub async fn run(config: Config, telemetry: Telemetry, shutdown: Shutdown) -> Result<(), StartError> {
    let app = App::new(&config, &Secrets::from_env()?, &telemetry)?;
    let listener = chassis::listen("LISTEN_ADDR", config.listen_addr).await?;
    let admin = chassis::listen("ADMIN_ADDR", config.admin_addr).await?;
    let admin = chassis::serve_admin(admin, app.readiness.clone(), telemetry, shutdown.clone());
    tokio::try_join!(admin, serve(listener, app, shutdown))?;
    Ok(())
}

/// Answers requests on `listener` until the stop, then those in flight.
///
/// # Errors
/// When the server stops by itself.
pub async fn serve(listener: TcpListener, app: App, shutdown: Shutdown) -> Result<(), StartError> {
    http::serve(listener, app, shutdown).await
}
