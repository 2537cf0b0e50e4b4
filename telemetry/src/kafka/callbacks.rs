//! What librdkafka tells a consumer while it is polled.

use std::sync::Arc;

use rdkafka::{
    ClientContext,
    consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext, Rebalance},
};

use crate::kafka::{assignment::Assignment, commits::Queue};

/// The context of a consumer's callbacks: which partitions it has, how far behind it is.
pub struct ConsumerCallbacks {
    commits: Arc<Queue>,
    assignment: Arc<Assignment>,
}

impl ConsumerCallbacks {
    pub(super) fn new(commits: &Arc<Queue>, assignment: &Arc<Assignment>) -> Self {
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
                let late = self.commits.revoke(partitions);
                // Before the partitions go: librdkafka lets them go when it has the answer.
                if let Err(error) = late.and_then(|late| match late.count() {
                    0 => Ok(()),
                    _ => consumer.commit(&late, CommitMode::Async),
                }) {
                    tracing::warn!(error = %error, "not committed before a rebalance, the records will come again");
                }
            }
            Rebalance::Error(_) => {}
        }
    }
}
