//! What librdkafka tells a consumer while it is polled.

use std::sync::Arc;

use rdkafka::{
    ClientContext,
    consumer::{BaseConsumer, ConsumerContext, Rebalance},
};

use crate::kafka::{assignment::Assignment, commit_queue::CommitQueue, commits::send_unanswered};

/// The context of a consumer's callbacks: which partitions it has, how far behind it is.
pub struct ConsumerCallbacks {
    commits: Arc<CommitQueue>,
    assignment: Arc<Assignment>,
}

impl ConsumerCallbacks {
    pub(super) fn new(commits: &Arc<CommitQueue>, assignment: &Arc<Assignment>) -> Self {
        Self { commits: Arc::clone(commits), assignment: Arc::clone(assignment) }
    }
}

impl ClientContext for ConsumerCallbacks {
    fn stats_raw(&self, statistics: &[u8]) {
        if let Err(error) = self.assignment.learn(statistics) {
            tracing::warn!(error = %error, "librdkafka's statistics can't be read: no lag is told");
        }
    }
}

impl ConsumerContext for ConsumerCallbacks {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(partitions) => self.assignment.assign(partitions),
            Rebalance::Revoke(partitions) => {
                self.assignment.revoke(partitions);
                let late = self
                    .commits
                    .withdraw(|topic, partition| partitions.find_partition(topic, partition).is_some());
                send_unanswered(consumer, late);
            }
            Rebalance::Error(_) => {}
        }
    }
}
