//! An order while it changes: the one call that lasts.

use std::sync::Arc;

use proto::orders::v1::{WatchOrderRequest, WatchOrderResponse, order_service_client::OrderServiceClient};
use telemetry::GrpcClient;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tonic::{Code, Status, Streaming};

use super::{DEADLINE, Order, of_one_order, unreadable};
use crate::{accounts::UserId, checkout::OrderId, error::Error};

/// A server takes a limited number of calls on one connection, and lets the next ones wait for a place.
/// Fewer than that, so that nobody waits in silence.
const MAX_STREAMS: usize = 200;

/// On a connection of their own: calls that stay for minutes would take the places of those that are
/// answered at once.
#[derive(Clone)]
pub struct Watching {
    client: OrderServiceClient<GrpcClient>,
    places: Arc<Semaphore>,
}

/// What comes after an order's first state. Dropped, it ends the call.
pub struct Changes {
    messages: Streaming<WatchOrderResponse>,
    _place: OwnedSemaphorePermit,
}

impl Watching {
    pub fn new(client: OrderServiceClient<GrpcClient>) -> Self {
        Self { client, places: Arc::new(Semaphore::new(MAX_STREAMS)) }
    }

    /// Ready with the first message: until then it can still be answered that there is no such order.
    pub async fn start(&self, user: UserId, id: OrderId) -> Result<(Order, Changes), Error> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Error::Overloaded)?;
        let begin = async {
            let request = WatchOrderRequest { user_id: user.to_string(), order_id: id.to_string() };
            // Without `grpc-timeout`, which would be the end of the stream too.
            let mut messages = self.client.clone().watch_order(request).await?.into_inner();
            Ok((messages.message().await?, messages))
        };
        let late = |_| Status::deadline_exceeded("the order's state did not come in time");
        let begun = timeout(DEADLINE, begin).await.map_err(late).flatten();
        let (first, messages) = begun.map_err(of_one_order)?;
        let present = Order::parse(first.ok_or_else(|| unreadable("order"))?.order)?;
        Ok((present, Changes { messages, _place: place }))
    }
}

impl Changes {
    /// None when the order is settled, or the neighbour can't go on: which of the two it was, a caller
    /// sees in the last status, and comes back if it wants to.
    pub async fn next(&mut self) -> Option<Order> {
        let message = match self.messages.message().await {
            Ok(message) => message?,
            Err(status) => {
                // A stop of the neighbour is no failure.
                if status.code() != Code::Unavailable {
                    tracing::warn!(error = %status, "an order's live status ended early");
                }
                return None;
            }
        };
        let order = Order::parse(message.order);
        order.inspect_err(|error| tracing::warn!(error = %error, "an order's live status ended early")).ok()
    }
}
