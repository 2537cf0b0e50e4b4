//! The edge: `/api/v1`. A handler's arguments are what has to hold before it runs, and are tried in their
//! order: who sends the request, and whether they may send one now ([`caller`]), then its [`body`].

mod connections;
mod bounds;
mod caller;
mod body;
mod accounts;
mod orders;

use axum::{
    Router,
    routing::{get, post},
};
use chassis::Shutdown;
use tokio::net::TcpListener;

use crate::{App, error::Error};

pub async fn serve(listener: TcpListener, app: App, shutdown: Shutdown) {
    let readiness = app.readiness.clone();
    readiness.set_serving(true);
    let stop = {
        let (readiness, requested) = (readiness, shutdown.requested());
        async move {
            requested.await;
            readiness.set_serving(false);
        }
    };
    connections::serve(listener, router(app), stop).await;
}

fn router(app: App) -> Router {
    let routes = Router::new()
        .route("/api/v1/users", post(accounts::register))
        .route("/api/v1/users/me", get(accounts::who_am_i))
        .route("/api/v1/sessions", post(accounts::sign_in))
        .route("/api/v1/products", get(orders::products))
        .route("/api/v1/orders", post(orders::place))
        .route("/api/v1/orders/{id}", get(orders::show))
        .fallback(async || Error::RouteNotFound)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed);
    // Outermost, so that refusals and panics have their span and their trace id too.
    let traced = app.telemetry.http_layer(app.trust_inbound);
    bounds::bound(routes, bounds::MAX_IN_FLIGHT).layer(traced).with_state(app)
}
