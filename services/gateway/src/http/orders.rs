//! The catalogue and orders.

use axum::{
    Json,
    extract::{FromRequestParts, Path, Query, State},
    http::{StatusCode, header, request::Parts},
    response::{AppendHeaders, IntoResponse},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::JsonBody,
    caller::{SignedIn, Visitor},
};
use crate::{
    App,
    checkout::{IdempotencyKey, NewOrder, OrderId},
    error::Error,
    history::{OrderPage, PageQuery},
    orders::{Order, Product},
};

// An object instead of a bare array: it can get more members without breaking anybody.
#[derive(Serialize, ToSchema)]
pub struct Products {
    items: Vec<Product>,
}

/// List the products
#[utoipa::path(
    get,
    path = "/api/v1/products",
    tag = "catalogue",
    operation_id = "listProducts",
    responses((status = 200, description = "The catalogue", body = Products))
)]
pub async fn products(State(app): State<App>, _: Visitor) -> Result<Json<Products>, Error> {
    Ok(Json(Products { items: app.orders.products().await? }))
}

/// Place an order
///
/// Accepted, not created: whether there is stock is not known yet. The same `Idempotency-Key` again is the
/// same order again, for 24 hours.
#[utoipa::path(
    post,
    path = "/api/v1/orders",
    tag = "orders",
    operation_id = "placeOrder",
    security(("token" = [])),
    params(("Idempotency-Key" = String, Header, description = "New for each order, e.g. a UUID",
            min_length = 1, max_length = 255)),
    request_body = NewOrder,
    responses(
        (status = 202, description = "Accepted", body = Order,
         headers(("Location" = String, description = "The order"))),
        (status = 403, description = "This account may not place orders"),
        (status = 422, description = "A member of the body breaks its rule, or the key was used for another order"),
    )
)]
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

/// List my orders
///
/// Newest first. What is placed meanwhile neither repeats nor hides an order of a later page.
#[utoipa::path(
    get,
    path = "/api/v1/orders",
    tag = "orders",
    operation_id = "listOrders",
    security(("token" = [])),
    params(PageQuery),
    responses((status = 200, description = "One page", body = OrderPage))
)]
pub async fn list(
    State(app): State<App>,
    SignedIn(user): SignedIn,
    query: PageQuery,
) -> Result<Json<OrderPage>, Error> {
    app.orders_of(user, query).await.map(Json)
}

/// Read an order
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}",
    tag = "orders",
    operation_id = "getOrder",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "As it is now", body = Order),
        (status = 404, description = "There is no such order, or it is somebody else's"),
    )
)]
pub async fn show(
    State(app): State<App>,
    SignedIn(user): SignedIn,
    id: OrderId,
) -> Result<Json<Order>, Error> {
    app.orders.order(user, id).await.map(Json)
}

/// Cancel an order
///
/// While it is pending. Whatever had been reserved for it is released.
#[utoipa::path(
    post,
    path = "/api/v1/orders/{id}/cancel",
    tag = "orders",
    operation_id = "cancelOrder",
    security(("token" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = 200, description = "Cancelled", body = Order),
        (status = 404, description = "There is no such order, or it is somebody else's"),
        (status = 409, description = "It is no longer pending"),
    )
)]
pub async fn cancel(
    State(app): State<App>,
    SignedIn(user): SignedIn,
    id: OrderId,
) -> Result<Json<Order>, Error> {
    app.orders.cancel(user, id).await.map(Json)
}

impl FromRequestParts<App> for OrderId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let id = Path::<String>::from_request_parts(parts, app).await;
        // Refused when it is not UTF-8: that is no id either.
        Self::parse(&id.map_err(|_| Error::OrderNotFound)?)
    }
}

impl FromRequestParts<App> for PageQuery {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Query(query) = Query::from_request_parts(parts, app).await?;
        Ok(query)
    }
}
