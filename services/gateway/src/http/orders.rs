//! The catalogue and orders.

use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use serde::Serialize;

use super::{
    body::JsonBody,
    caller::{SignedIn, Visitor},
};
use crate::{
    App,
    checkout::{IdempotencyKey, NewOrder, OrderId},
    error::Error,
    orders::{Order, Product},
};

/// An object instead of a bare array: it can get more members without breaking anybody.
#[derive(Serialize)]
pub struct Products {
    items: Vec<Product>,
}

/// `GET /api/v1/products`
pub async fn products(State(app): State<App>, _: Visitor) -> Result<Json<Products>, Error> {
    Ok(Json(Products { items: app.orders.products().await? }))
}

/// `POST /api/v1/orders`. Accepted, not created: whether there is stock is not known yet.
pub async fn place(
    State(app): State<App>,
    SignedIn(user): SignedIn,
    key: IdempotencyKey,
    JsonBody(new): JsonBody<NewOrder>,
) -> Result<impl IntoResponse, Error> {
    let order = app.place_order(user, key, new).await?;
    let location = format!("/api/v1/orders/{}", order.id);
    Ok((StatusCode::ACCEPTED, AppendHeaders([(header::LOCATION, location)]), Json(order)))
}

/// `GET /api/v1/orders/{id}`
pub async fn show(
    State(app): State<App>,
    SignedIn(user): SignedIn,
    id: OrderId,
) -> Result<Json<Order>, Error> {
    app.orders.order(user, id).await.map(Json)
}

impl FromRequestParts<App> for OrderId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let id = Path::<String>::from_request_parts(parts, app).await;
        // Refused when it is not UTF-8: that is no id either.
        Self::parse(&id.map_err(|_| Error::OrderNotFound)?)
    }
}
