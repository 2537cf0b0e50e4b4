//! The edge: `/api/v1`, and its description. A handler's arguments are what has to hold before it runs, and are tried in their
//! order: who sends the request, and whether they may send one now ([`caller`]), then its [`body`].

mod connections;
mod bounds;
mod caller;
mod body;
mod accounts;
mod orders;
mod events;
mod document;
mod documentation;

use axum::{Extension, Router};
use chassis::{Shutdown, StartError};
use tokio::net::TcpListener;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{App, error::Error};

pub async fn serve(listener: TcpListener, app: App, shutdown: Shutdown) -> Result<(), StartError> {
    let readiness = app.readiness.clone();
    let router = router(app, shutdown.clone())?;
    readiness.set_serving(true);
    let stop = async move {
        shutdown.requested().await;
        readiness.set_serving(false);
    };
    connections::serve(listener, router, stop).await;
    Ok(())
}

/// `routes!` takes path and method from where the handler is described: nothing is served under
/// `/api/v1` that the document does not know.
fn router(app: App, shutdown: Shutdown) -> Result<Router, StartError> {
    let (routes, document) = OpenApiRouter::with_openapi(document::base())
        .routes(routes!(accounts::register))
        .routes(routes!(accounts::who_am_i))
        .routes(routes!(accounts::sign_in))
        .routes(routes!(orders::products))
        .routes(routes!(orders::list, orders::place))
        .routes(routes!(orders::show))
        .routes(routes!(orders::cancel))
        .routes(routes!(events::watch))
        .split_for_parts();
    let documentation = documentation::routes(&document::complete(document));
    let unwritable =
        |error: serde_json::Error| StartError::Serve { server: "HTTP", reason: error.to_string() };
    let routes = routes
        .merge(documentation.map_err(unwritable)?)
        .fallback(async || Error::RouteNotFound)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .layer(Extension(shutdown));
    // Outermost, so that refusals and panics have their span and their trace id too.
    let traced = app.telemetry.http_layer(app.trust_inbound);
    Ok(bounds::bound(routes, bounds::MAX_IN_FLIGHT).layer(traced).with_state(app))
}
