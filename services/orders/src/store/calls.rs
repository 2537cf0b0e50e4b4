//! What the replicas of this service tell each other, by NOTIFY. Never in an order's transaction: NOTIFY
//! takes a lock at commit that all databases of the server share.

use chassis::{
    Shutdown,
    notifications::{self, Notification},
};

use super::Store;
use crate::{error::Error, orders::OrderId};

const OUTBOX: &str = "outbox";
const ORDERS: &str = "orders";

/// A call from another replica, or from this one.
pub enum Call {
    /// A relay has more events than it can take.
    Outbox,
    /// An order has another status.
    Order(OrderId),
    /// Calls may have been missed: look at everything.
    Everything,
}

impl Store {
    pub async fn call_other_relays(&self) -> Result<(), Error> {
        self.call(OUTBOX, "").await
    }

    pub async fn call_watchers(&self, id: OrderId) -> Result<(), Error> {
        self.call(ORDERS, &id.to_string()).await
    }

    async fn call(&self, channel: &str, payload: &str) -> Result<(), Error> {
        sqlx::query("SELECT pg_notify($1, $2)")
            .bind(channel)
            .bind(payload)
            .execute(self.db.named("SELECT pg_notify"))
            .await?;
        Ok(())
    }

    /// Hears calls until the stop.
    pub async fn listen(&self, heard: impl Fn(Call), shutdown: &Shutdown) {
        let hear = |notification: Notification<'_>| match notification {
            Notification::Sent { channel: OUTBOX, .. } => heard(Call::Outbox),
            Notification::Sent { payload, .. } => {
                // Not an id: somebody experiments with psql.
                if let Ok(id) = OrderId::parse(payload) {
                    heard(Call::Order(id));
                }
            }
            Notification::Missed => heard(Call::Everything),
        };
        notifications::listen(self.db.pool(), &[OUTBOX, ORDERS], hear, shutdown).await;
    }
}
