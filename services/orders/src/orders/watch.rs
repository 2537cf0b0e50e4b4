//! Watching an order until it is settled.

use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::{Order, OrderId, OrderStatus, UserId};
use crate::{App, error::Error, watchers::Subscription};

/// In case a notification from another replica was lost.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Nobody is watched for ever: whoever still wants to know asks again.
const AT_MOST: Duration = Duration::from_secs(5 * 60);

/// One watcher: the present state first, then every change.
pub struct Watch {
    app: App,
    user_id: UserId,
    id: OrderId,
    subscription: Subscription,
    told: Option<OrderStatus>,
    until: Instant,
}

impl App {
    /// Somebody else's order is as good as none.
    pub async fn watch(&self, user_id: UserId, id: OrderId) -> Result<Watch, Error> {
        let subscription = self.watchers.subscribe(id);
        self.order(user_id, id).await?;
        let until = Instant::now() + AT_MOST;
        Ok(Watch { app: self.clone(), user_id, id, subscription, told: None, until })
    }
}

impl Watch {
    /// The order's next state; `None` once it is settled and told, or time is up.
    ///
    /// # Errors
    /// [`Error::Stopping`] at a stop of this process: watch at another replica.
    pub async fn next(&mut self) -> Result<Option<Order>, Error> {
        while self.told.is_none_or(|status| status == OrderStatus::Pending) {
            // The present state is told without waiting for a change.
            let unasked = self.told.is_some()
                && tokio::select! {
                    () = self.subscription.changed() => false,
                    () = sleep(LOOK_EVERY) => true,
                    () = sleep_until(self.until) => return Ok(None),
                    () = self.app.stopping.requested() => return Err(Error::Stopping),
                };
            let order = self.read().await?;
            if self.told != Some(order.status) {
                if unasked {
                    tracing::warn!(order = %self.id, "a change came without a notification: does NOTIFY get through?");
                }
                self.told = Some(order.status);
                return Ok(Some(order));
            }
        }
        Ok(None)
    }

    /// From the database: the cache of a replica that has just lost Redis may be behind.
    async fn read(&self) -> Result<Order, Error> {
        let order = self.app.store.find_order(self.id).await?;
        order.filter(|order| order.user_id == self.user_id).ok_or(Error::OrderNotFound)
    }
}
