//! Users and sessions.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{AppendHeaders, IntoResponse},
};

use super::{
    body::JsonBody,
    caller::{SignedIn, Visitor},
};
use crate::{
    App,
    accounts::{Credentials, NewAccount},
    error::Error,
    users::User,
};

/// `POST /api/v1/users`
pub async fn register(
    State(app): State<App>,
    visitor: Visitor,
    JsonBody(new): JsonBody<NewAccount>,
) -> Result<impl IntoResponse, Error> {
    let user = app.register(visitor.address, new).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// `POST /api/v1/sessions`
pub async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Result<impl IntoResponse, Error> {
    let session = app.sign_in(visitor.address, credentials).await?;
    // A token must not stay in anybody's cache.
    Ok((AppendHeaders([(header::CACHE_CONTROL, "no-store")]), Json(session)))
}

/// `GET /api/v1/users/me`
pub async fn who_am_i(State(app): State<App>, SignedIn(id): SignedIn) -> Result<Json<User>, Error> {
    app.users.user(id).await.map(Json)
}
