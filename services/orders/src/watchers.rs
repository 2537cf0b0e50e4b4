//! Who waits for a change of an order, in this process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::orders::OrderId;

/// Cloned into every call; all clones know the same watchers.
#[derive(Clone, Default)]
pub struct Watchers(Arc<Mutex<HashMap<OrderId, watch::Sender<()>>>>);

impl Watchers {
    /// Waits for changes from now on. Subscribe first and read the order then: the other way round a
    /// change in between would be missed.
    pub fn subscribe(&self, id: OrderId) -> Subscription {
        let mut orders = self.lock();
        let changes = orders.entry(id).or_insert_with(|| watch::channel(()).0).subscribe();
        Subscription { id, changes, watchers: self.clone() }
    }

    /// Wakes those who watch this order.
    pub fn wake(&self, id: OrderId) {
        if let Some(sender) = self.lock().get(&id) {
            sender.send_replace(());
        }
    }

    /// Wakes everybody: they look for themselves.
    pub fn wake_all(&self) {
        for sender in self.lock().values() {
            sender.send_replace(());
        }
    }

    /// A panic while it was held leaves a map that is as right as before.
    fn lock(&self) -> MutexGuard<'_, HashMap<OrderId, watch::Sender<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Watches one order until it is dropped.
pub struct Subscription {
    id: OrderId,
    changes: watch::Receiver<()>,
    watchers: Watchers,
}

impl Subscription {
    /// Returns at once when there was a change since the last call.
    pub async fn changed(&mut self) {
        // Fails only without a sender, and the map keeps it as long as this is here.
        let _ = self.changes.changed().await;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut orders = self.watchers.lock();
        // This receiver still counts.
        if orders.get(&self.id).is_some_and(|sender| sender.receiver_count() <= 1) {
            orders.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Watchers;
    use crate::orders::OrderId;

    #[tokio::test]
    async fn a_change_between_subscribing_and_waiting_is_not_missed() {
        let (watchers, id) = (Watchers::default(), OrderId(Uuid::now_v7()));
        let mut subscription = watchers.subscribe(id);
        watchers.wake(id);
        subscription.changed().await;
    }

    #[tokio::test]
    async fn nothing_is_kept_of_an_order_that_nobody_watches_any_more() {
        let (watchers, id) = (Watchers::default(), OrderId(Uuid::now_v7()));
        let (first, second) = (watchers.subscribe(id), watchers.subscribe(id));
        drop(first);
        assert_eq!(watchers.lock().len(), 1);
        drop(second);
        assert_eq!(watchers.lock().len(), 0);
    }
}
