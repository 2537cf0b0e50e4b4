//! OTLP over HTTP with protobuf bodies.

use std::io::{self, Read};

use axum::{
    Extension, Router,
    body::Bytes,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::post,
};
use flate2::read::MultiGzDecoder;
use prost::Message;

use super::Collector;

const PROTOBUF: &str = "application/x-protobuf";

pub(super) fn routes() -> Router {
    Router::new()
        .route("/v1/traces", post(traces))
        .route("/v1/logs", post(logs))
        .route("/v1/metrics", post(metrics))
}

async fn traces(Extension(collector): Extension<Collector>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&headers, &body, |batch| collector.traces(batch))
}

async fn logs(Extension(collector): Extension<Collector>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&headers, &body, |batch| collector.logs(batch))
}

async fn metrics(Extension(collector): Extension<Collector>, headers: HeaderMap, body: Bytes) -> Response {
    answer(&headers, &body, |batch| collector.metrics(batch))
}

/// What can't be read is 400, as the specification asks: an exporter must not send it again.
fn answer<I: Message + Default, O: Message>(
    headers: &HeaderMap,
    body: &[u8],
    keep: impl FnOnce(I) -> O,
) -> Response {
    if headers.get(CONTENT_TYPE).is_none_or(|value| value != PROTOBUF) {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response();
    }
    let batch = plain(headers, body).ok().and_then(|plain| I::decode(plain.as_slice()).ok());
    match batch {
        Some(batch) => ([(CONTENT_TYPE, PROTOBUF)], keep(batch).encode_to_vec()).into_response(),
        None => (StatusCode::BAD_REQUEST, "the body is no OTLP protobuf, plain or gzipped").into_response(),
    }
}

fn plain(headers: &HeaderMap, body: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    if headers.get(CONTENT_ENCODING).is_some_and(|value| value == "gzip") {
        MultiGzDecoder::new(body).read_to_end(&mut plain)?;
    } else {
        plain.extend_from_slice(body);
    }
    Ok(plain)
}
