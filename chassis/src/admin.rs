//! The operator's side of a process, on an address of its own that is never public.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use telemetry::Telemetry;
use tokio::net::TcpListener;

use crate::{Readiness, Shutdown, StartError};

#[derive(Clone)]
struct Admin {
    readiness: Readiness,
    telemetry: Telemetry,
}

/// Serves `/livez` (the process answers), `/readyz` (200 or 503, each dependency as JSON) and
/// `/log-level` (GET shows the filter, PUT replaces it, in `RUST_LOG`'s syntax) until the stop.
///
/// # Errors
/// When the server stops by itself.
pub async fn serve_admin(
    listener: TcpListener,
    readiness: Readiness,
    telemetry: Telemetry,
    shutdown: Shutdown,
) -> Result<(), StartError> {
    let router = Router::new()
        .route("/livez", get(async || "alive\n"))
        .route("/readyz", get(ready))
        .route("/log-level", get(log_level).put(set_log_level))
        .with_state(Admin { readiness, telemetry });
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown.requested())
        .await
        .map_err(|error| StartError::Serve { server: "admin", reason: error.to_string() })
}

async fn ready(State(admin): State<Admin>) -> Response {
    let report = admin.readiness.report().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(report)).into_response()
}

async fn log_level(State(admin): State<Admin>) -> String {
    admin.telemetry.log_filter() + "\n"
}

async fn set_log_level(State(admin): State<Admin>, filter: String) -> Response {
    match admin.telemetry.set_log_filter(filter.trim()) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}
