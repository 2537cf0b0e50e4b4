//! OTLP over HTTP, as protobuf or JSON, plain or gzip.

use std::io::Read;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use flate2::read::MultiGzDecoder;
use prost::Message;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Store,
    otlp::{self, MAX_REQUEST},
};

pub(super) fn router(store: Store) -> Router {
    let traces = |State(store), headers: HeaderMap, body| async move {
        respond(&headers, &body, |request| otlp::traces(&store, request))
    };
    let metrics = |State(store), headers: HeaderMap, body| async move {
        respond(&headers, &body, |request| otlp::metrics(&store, request))
    };
    let logs = |State(store), headers: HeaderMap, body| async move {
        respond(&headers, &body, |request| otlp::logs(&store, request))
    };
    Router::new()
        .route("/v1/traces", post(traces))
        .route("/v1/metrics", post(metrics))
        .route("/v1/logs", post(logs))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .with_state(store)
}

#[derive(Debug, Clone, Copy)]
enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        match kind.split(';').next().map(str::trim) {
            Some("application/x-protobuf") => Some(Self::Protobuf),
            Some("application/json") => Some(Self::Json),
            _ => None,
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }

    fn decode<M: Message + Default + DeserializeOwned>(self, body: &[u8]) -> Result<M, String> {
        match self {
            Self::Protobuf => M::decode(body).map_err(|error| error.to_string()),
            Self::Json => serde_json::from_slice(body).map_err(|error| error.to_string()),
        }
    }

    fn encode<M: Message + Serialize>(self, message: &M) -> Vec<u8> {
        match self {
            Self::Protobuf => message.encode_to_vec(),
            // Generated messages have string keys and finite numbers: this can't fail.
            Self::Json => serde_json::to_vec(message).unwrap_or_default(),
        }
    }
}

fn respond<Q, A>(headers: &HeaderMap, body: &Bytes, accept: impl FnOnce(Q) -> A) -> Response
where
    Q: Message + Default + DeserializeOwned,
    A: Message + Serialize,
{
    let Some(encoding) = Encoding::of(headers) else {
        let expected = "send application/x-protobuf or application/json";
        return (StatusCode::UNSUPPORTED_MEDIA_TYPE, expected).into_response();
    };
    let request = decompressed(headers, body).and_then(|body| {
        encoding
            .decode(&body)
            .map_err(|error| (StatusCode::BAD_REQUEST, format!("not an OTLP request: {error}")))
    });
    match request {
        Ok(request) => ([(header::CONTENT_TYPE, encoding.content_type())], encoding.encode(&accept(request)))
            .into_response(),
        Err((status, message)) => failure(encoding, status, message),
    }
}

/// The specification wants `google.rpc.Status` in the body of an error.
fn failure(encoding: Encoding, status: StatusCode, message: String) -> Response {
    let body = match encoding {
        Encoding::Protobuf => tonic_types::Status { code: 0, message, details: Vec::new() }.encode_to_vec(),
        Encoding::Json => serde_json::json!({ "message": message }).to_string().into_bytes(),
    };
    (status, [(header::CONTENT_TYPE, encoding.content_type())], body).into_response()
}

fn decompressed(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, (StatusCode, String)> {
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(body.clone()),
        Some(b"gzip") => {
            // A few kilobytes of gzip can unpack to gigabytes: read no further than the limit.
            let mut unpacked = Vec::new();
            let read =
                MultiGzDecoder::new(body.as_ref()).take(MAX_REQUEST as u64 + 1).read_to_end(&mut unpacked);
            match read {
                Ok(length) if length > MAX_REQUEST => Err((
                    StatusCode::PAYLOAD_TOO_LARGE,
                    format!("more than {MAX_REQUEST} bytes when unpacked"),
                )),
                Ok(_) => Ok(unpacked.into()),
                Err(error) => Err((StatusCode::BAD_REQUEST, format!("not gzip: {error}"))),
            }
        }
        Some(_) => Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send gzip or no compression".into())),
    }
}
