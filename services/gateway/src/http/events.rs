//! An order live: server-sent events, for as long as there is something to tell.

use std::time::Duration;

use axum::{
    Extension,
    extract::{FromRequestParts, State},
    http::{HeaderName, request::Parts},
    response::{
        AppendHeaders, IntoResponse, Sse,
        sse::{Event, KeepAlive},
    },
};
use chassis::Shutdown;
use futures_util::{Stream, StreamExt, stream};

use super::caller::{SignedIn, single};
use crate::{
    App,
    checkout::OrderId,
    error::Error,
    orders::{Changes, Order},
};

/// Without them proxies take a silent connection for a dead one.
const HEARTBEAT: Duration = Duration::from_secs(15);
const LAST_EVENT_ID: &str = "last-event-id";
/// nginx would keep events until it has a buffer full of them.
const UNBUFFERED: (HeaderName, &str) = (HeaderName::from_static("x-accel-buffering"), "no");

/// Watch an order
///
/// Server-sent events named `status`: the present one, then each change. `id` is the status, `data` the
/// order as JSON. It ends when the order is settled, after five minutes at the latest, and when the server
/// stops: call again with the last `id` in `Last-Event-ID`, and what is known is not repeated.
#[utoipa::path(
    get,
    path = "/api/v1/orders/{id}/events",
    tag = "orders",
    operation_id = "watchOrder",
    security(("token" = [])),
    params(
        ("id" = uuid::Uuid, Path),
        ("Last-Event-ID" = Option<String>, Header, description = "The last status that is known"),
    ),
    responses(
        (status = 200, description = "Its status, live", content_type = "text/event-stream", body = String),
        (status = 404, description = "There is no such order, or it is somebody else's"),
    )
)]
pub async fn watch(
    _: NoQuery,
    State(app): State<App>,
    SignedIn(user): SignedIn,
    id: OrderId,
    LastEventId(known): LastEventId,
    Extension(shutdown): Extension<Shutdown>,
) -> Result<impl IntoResponse, Error> {
    let (present, changes) = app.orders.watch(user, id).await?;
    let news = (known.as_deref() != Some(present.status.name())).then_some(present);
    let end = async move {
        tokio::select! {
            () = shutdown.requested() => {}
            // A watcher that comes back is spread over the replicas anew, with a token that is still good.
            () = tokio::time::sleep(app.events_max_duration) => {}
        }
    };
    let events = stream::iter(news).chain(all(changes)).map(|order| event(&order));
    let heartbeats = KeepAlive::new().interval(HEARTBEAT).text("heartbeat");
    let stream = Sse::new(events.take_until(Box::pin(end))).keep_alive(heartbeats);
    Ok((AppendHeaders([UNBUFFERED]), stream))
}

fn all(changes: Changes) -> impl Stream<Item = Order> {
    stream::unfold(changes, async |mut changes| Some((changes.next().await?, changes)))
}

fn event(order: &Order) -> Result<Event, axum::Error> {
    Event::default().event("status").id(order.status.name()).json_data(order)
}

/// A browser's `EventSource` can't send headers, and callers are tempted to put their token into the
/// query, from where it gets into logs and histories. Tried before anything else: else they would
/// read that their token is missing, and look for the mistake elsewhere.
pub struct NoQuery;

impl FromRequestParts<App> for NoQuery {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        match parts.uri.query() {
            None | Some("") => Ok(Self),
            Some(_) => Err(Error::QueryRefused),
        }
    }
}

/// One that is no status of ours is none that is known.
pub struct LastEventId(Option<String>);

impl FromRequestParts<App> for LastEventId {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        single(&parts.headers, LAST_EVENT_ID).map(|id| Self(id.map(str::to_owned)))
    }
}
