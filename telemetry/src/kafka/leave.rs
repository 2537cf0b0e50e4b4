//! Leaving the group in good order.

use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use tokio::time::{Instant, timeout_at};

use crate::kafka::consumer::Consumer;

impl Consumer {
    /// Waits for the answers to its commits, then leaves the group, so that another member has the
    /// partitions at once; all of it for as long as `patience`. What the broker has not answered until then
    /// is cancelled: its spans end. A static member (`group.instance.id`) stays in the group and keeps
    /// its partitions for its next start.
    ///
    /// Without this a consumer leaves when its last handle is dropped, and what it had asked to commit
    /// just before may not have been.
    pub async fn leave(self, patience: Duration) {
        let until = Instant::now() + patience;
        // In vain or not, there is nothing more to do about it.
        let _ = timeout_at(until, self.commits.queue.answered()).await;
        self.commits.cancel(&self.consumer);
        if !self.is_static {
            self.consumer.unsubscribe();
            let _ = timeout_at(until, self.hand_back()).await;
        }
    }

    /// Partitions are handed back while somebody receives. What comes meanwhile was never worked on.
    async fn hand_back(&self) {
        let receive = async {
            loop {
                let _ = self.consumer.recv().await;
            }
        };
        tokio::select! {
            () = receive => {}
            () = self.assignment.is_empty() => {}
        }
    }
}
