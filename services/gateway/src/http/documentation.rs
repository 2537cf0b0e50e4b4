//! The API described for programs, `/openapi.json`, and for people, `/docs`. Not counted by the limits:
//! neither asks anybody anything.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    http::{HeaderName, header},
    response::{AppendHeaders, IntoResponse, Redirect},
    routing::get,
};
use bytes::Bytes;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::{App, error::Error};

const DOCUMENT: &str = "/openapi.json";
/// With the slash: the page names its files relative to it.
const PAGE: &str = "/docs/";
/// The page sends whatever its reader types to this service: nothing from elsewhere may run in it.
const ONLY_OURS: (HeaderName, &str) = (
    header::CONTENT_SECURITY_POLICY,
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
);

pub fn routes(document: &OpenApi) -> Result<Router<App>, serde_json::Error> {
    let document = Bytes::from(document.to_json()?);
    let json = [(header::CONTENT_TYPE, "application/json")];
    // The badge of a validator on the internet would send it the address of this service.
    let config = Arc::new(Config::from(DOCUMENT).validator_url("none"));
    let index = config.clone();
    Ok(Router::new()
        .route(DOCUMENT, get(async move || (json, document.clone())))
        .route("/", get(async || Redirect::temporary(PAGE)))
        .route("/docs", get(async || Redirect::temporary(PAGE)))
        .route("/docs/", get(async move || asset("", index.clone())))
        .route("/docs/{*file}", get(async move |Path(file): Path<String>| asset(&file, config.clone()))))
}

fn asset(path: &str, config: Arc<Config<'static>>) -> Result<impl IntoResponse + use<>, Error> {
    let file = utoipa_swagger_ui::serve(path, config).map_err(|error| Error::internal(error.to_string()))?;
    let file = file.ok_or(Error::RouteNotFound)?;
    let encoding = file.gzpipped.then_some((header::CONTENT_ENCODING, "gzip"));
    let content_type = [(header::CONTENT_TYPE, file.content_type)];
    Ok((content_type, [ONLY_OURS], AppendHeaders(encoding), file.bytes.into_owned()))
}
