//! A JSON body: read within limits, and parsed into a type that keeps its rules.

use std::time::Duration;

use axum::{
    Json,
    body::Body,
    extract::{FromRequest, Request},
};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use crate::{App, error::Error};

const MAX_BYTES: usize = 64 * 1024;
/// Read and thrown away: a caller that is still writing when the connection is closed often never sees
/// the answer that says why. Beyond this it has itself to blame.
const MAX_SURPLUS_BYTES: usize = 4 * 1024 * 1024;
const READ_TIMEOUT: Duration = Duration::from_secs(5);

/// Like [`axum::Json`], with our limits and our errors.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for JsonBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self, Error> {
        let (parts, body) = request.into_parts();
        let bytes =
            tokio::time::timeout(READ_TIMEOUT, read(body)).await.map_err(|_| Error::BodyTooSlow)??;
        let Json(value) = Json::from_request(Request::from_parts(parts, Body::from(bytes)), app).await?;
        Ok(Self(value))
    }
}

async fn read(body: Body) -> Result<Bytes, Error> {
    let mut chunks = body.into_data_stream();
    let (mut kept, mut received) = (BytesMut::new(), 0);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Error::BodyIncomplete)?;
        received += chunk.len();
        if received > MAX_BYTES + MAX_SURPLUS_BYTES {
            break;
        }
        if received <= MAX_BYTES {
            kept.extend_from_slice(&chunk);
        }
    }
    if received > MAX_BYTES { Err(Error::BodyTooLarge { max_bytes: MAX_BYTES }) } else { Ok(kept.freeze()) }
}
