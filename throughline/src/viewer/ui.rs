//! Jaeger's pages, and the query API behind them.

use std::collections::BTreeSet;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{LogLine, Store, dependencies, jaeger_json, search::Search};

pub(super) fn router(store: Store) -> Router {
    Router::new()
        .route("/api/services", get(services))
        .route("/api/services/{service}/operations", get(operation_names))
        .route("/api/operations", get(operations))
        .route("/api/traces", get(traces))
        .route("/api/traces/{id}", get(trace))
        .route("/api/logs/{id}", get(logs))
        .route("/api/dependencies", get(dependency_links))
        .with_state(store)
        .fallback_service(pages())
}

/// The pages come from `otlp-embedded`, which carries Jaeger's build. Its own store stays empty: it
/// knows neither kinds nor errors, and lists only the services that begin a trace.
fn pages() -> Router {
    let empty = otlp_embedded::Config { max_length: 1, max_memory_usage: 1 };
    otlp_embedded::ui_app(otlp_embedded::State::new(empty), "/").layer(map_response(index_is_found))
}

/// It sends the index page for every address of the application, rightly, but as 307 to nowhere.
async fn index_is_found(mut response: Response) -> Response {
    if response.status() == StatusCode::TEMPORARY_REDIRECT
        && !response.headers().contains_key(header::LOCATION)
    {
        *response.status_mut() = StatusCode::OK;
    }
    response
}

fn found<T: Serialize>(data: &[T]) -> Response {
    let total = data.len();
    Json(json!({ "data": data, "total": total, "limit": 0, "offset": 0, "errors": null })).into_response()
}

fn failed(status: StatusCode, message: &str) -> Response {
    let errors = json!([{ "code": status.as_u16(), "msg": message }]);
    (status, Json(json!({ "data": null, "total": 0, "limit": 0, "offset": 0, "errors": errors })))
        .into_response()
}

async fn services(State(store): State<Store>) -> Response {
    let names: BTreeSet<String> = store.spans().iter().map(|span| span.service().to_owned()).collect();
    found(&names.into_iter().collect::<Vec<_>>())
}

async fn operation_names(State(store): State<Store>, Path(service): Path<String>) -> Response {
    let spans = store.spans();
    let of_service = spans.iter().filter(|span| span.service() == service);
    let names: BTreeSet<&str> = of_service.map(|span| span.name()).collect();
    found(&names.into_iter().collect::<Vec<_>>())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OperationsQuery {
    service: Option<String>,
    span_kind: Option<String>,
}

async fn operations(State(store): State<Store>, Query(query): Query<OperationsQuery>) -> Response {
    let Some(service) = query.service else {
        return failed(StatusCode::BAD_REQUEST, "parameter 'service' is required");
    };
    let wanted = query.span_kind.filter(|kind| !kind.is_empty());
    let spans = store.spans();
    let names: BTreeSet<(&str, &str)> = spans
        .iter()
        .filter(|span| span.service() == service)
        .filter(|span| wanted.as_deref().is_none_or(|kind| kind == span.kind().name()))
        .map(|span| (span.name(), span.kind().name()))
        .collect();
    let operations = names.into_iter().map(|(name, kind)| json!({ "name": name, "spanKind": kind }));
    found(&operations.collect::<Vec<_>>())
}

async fn traces(State(store): State<Store>, Query(pairs): Query<Vec<(String, String)>>) -> Response {
    match Search::from_pairs(pairs) {
        Ok(search) => found(&search.run(&store).iter().filter_map(jaeger_json::trace).collect::<Vec<_>>()),
        Err(message) => failed(StatusCode::BAD_REQUEST, &message),
    }
}

async fn trace(State(store): State<Store>, Path(id): Path<String>) -> Response {
    match store.trace(&id).as_ref().and_then(jaeger_json::trace) {
        Some(trace) => found(&[trace]),
        None => failed(StatusCode::NOT_FOUND, "trace not found: not here yet, or forgotten since"),
    }
}

/// Ours, not Jaeger's: it knows no logs.
async fn logs(State(store): State<Store>, Path(id): Path<String>) -> Json<Vec<LogLine>> {
    Json(store.logs().of_trace(&id).iter().map(LogLine::from).collect())
}

async fn dependency_links(State(store): State<Store>) -> Response {
    found(&dependencies::of(&store))
}
