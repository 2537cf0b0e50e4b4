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
    accounts::{Credentials, NewAccount, Session},
    error::Error,
    users::User,
};

/// Register
#[utoipa::path(
    post,
    path = "/api/v1/users",
    tag = "accounts",
    operation_id = "register",
    request_body = NewAccount,
    responses(
        (status = 201, description = "Registered", body = User),
        (status = 409, description = "This address already has an account"),
    )
)]
pub async fn register(
    State(app): State<App>,
    visitor: Visitor,
    JsonBody(new): JsonBody<NewAccount>,
) -> Result<impl IntoResponse, Error> {
    let user = app.register(visitor.address, new).await?;
    Ok((StatusCode::CREATED, Json(user)))
}

/// Sign in
#[utoipa::path(
    post,
    path = "/api/v1/sessions",
    tag = "accounts",
    operation_id = "signIn",
    request_body = Credentials,
    responses(
        (status = 200, description = "Signed in", body = Session),
        (status = 401, description = "The address or the password is wrong"),
    )
)]
pub async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    JsonBody(credentials): JsonBody<Credentials>,
) -> Result<impl IntoResponse, Error> {
    let session = app.sign_in(visitor.address, credentials).await?;
    // A token must not stay in anybody's cache.
    Ok((AppendHeaders([(header::CACHE_CONTROL, "no-store")]), Json(session)))
}

/// Who am I?
#[utoipa::path(
    get,
    path = "/api/v1/users/me",
    tag = "accounts",
    operation_id = "whoAmI",
    security(("token" = [])),
    responses((status = 200, description = "The owner of the access token", body = User))
)]
pub async fn who_am_i(State(app): State<App>, SignedIn(id): SignedIn) -> Result<Json<User>, Error> {
    app.users.user(id).await.map(Json)
}
