//! Which partitions a member has, since when, and how far it is behind in each.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rdkafka::TopicPartitionList;
use tokio::sync::watch;

/// Which time it is that a partition is assigned to this member: another number at each assignment and
/// each revocation. 0 for a partition that the group never spoke of: it was assigned by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Turn(u64);

#[derive(Default)]
pub(super) struct Partition {
    turn: Turn,
    /// Records that are not committed; `None` while that is not known.
    pub(super) lag: Option<u64>,
}

pub(super) type Topics = HashMap<String, HashMap<i32, Partition>>;

pub(super) struct Assignment {
    topics: Mutex<Topics>,
    /// How many partitions the group has given to this member.
    count: watch::Sender<usize>,
}

impl Default for Assignment {
    fn default() -> Self {
        Self { topics: Mutex::default(), count: watch::channel(0).0 }
    }
}

impl Assignment {
    pub(super) fn lock(&self) -> MutexGuard<'_, Topics> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn turn(&self, topic: &str, partition: i32) -> Turn {
        let topics = self.lock();
        let known = topics.get(topic).and_then(|partitions| partitions.get(&partition));
        known.map(|partition| partition.turn).unwrap_or_default()
    }

    pub(super) fn assign(&self, partitions: &TopicPartitionList) {
        self.next_turn(partitions);
        self.count.send_modify(|count| *count += partitions.count());
    }

    pub(super) fn revoke(&self, partitions: &TopicPartitionList) {
        self.next_turn(partitions);
        self.count.send_modify(|count| *count = count.saturating_sub(partitions.count()));
    }

    /// Waits until this member has none.
    pub(super) async fn is_empty(&self) {
        // The sender lives as long as this.
        let _ = self.count.subscribe().wait_for(|count| *count == 0).await;
    }

    fn next_turn(&self, partitions: &TopicPartitionList) {
        let mut topics = self.lock();
        for element in partitions.elements() {
            let topic = topics.entry(element.topic().to_owned()).or_default();
            let partition = topic.entry(element.partition()).or_default();
            partition.turn.0 += 1;
            partition.lag = None;
        }
    }
}
