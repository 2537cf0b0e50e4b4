//! Cancelling an order: the customer's side of the race with the settlement. One of them comes first in
//! the database, and the other one is told.

use super::{Order, OrderId, OrderStatus, UserId};
use crate::{App, error::Error};

impl App {
    /// The same order cancelled twice is cancelled once. Its event stays in the outbox: the worker has to
    /// learn that the order is cancelled, and gives back what it reserved.
    pub async fn cancel(&self, user_id: UserId, id: OrderId) -> Result<Order, Error> {
        let cancelled_now = self.store.cancel_order(user_id, id).await?;
        let order = self.store.find_order(id).await?;
        let order = order.filter(|order| order.user_id == user_id).ok_or(Error::OrderNotFound)?;
        if cancelled_now {
            self.order_changed(&order).await;
        }
        match order.status {
            OrderStatus::Cancelled => Ok(order),
            _ => Err(Error::AlreadySettled),
        }
    }

    /// Everybody who shows this order learns of its new state: the cache first, so that whoever is woken
    /// finds it there; watchers of this process; those of the other replicas.
    pub async fn order_changed(&self, order: &Order) {
        self.cache.replace_order(order).await;
        self.watchers.wake(order.id);
        if let Err(error) = self.store.call_watchers(order.id).await {
            tracing::warn!(error = %error, "watchers at other replicas find out a little later");
        }
    }
}
