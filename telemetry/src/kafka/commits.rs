//! Commits on their way to the broker.
//!
//! rdkafka tells nobody what became of an asynchronous commit: its `commit_callback` hears of automatic
//! ones alone ([rust-rdkafka 856](https://github.com/fede1024/rust-rdkafka/issues/856)). So each consumer
//! has a thread that commits synchronously.

use std::{
    sync::{Arc, Weak},
    thread,
};

use rdkafka::{
    TopicPartitionList,
    consumer::{CommitMode, Consumer, StreamConsumer},
    error::{KafkaError, KafkaResult},
};

use crate::kafka::{
    callbacks::ConsumerCallbacks,
    commit_queue::{CommitQueue, Waiting},
};

/// The commits of one member. Its thread ends with it.
#[derive(Default)]
pub(super) struct Commits {
    pub queue: Arc<CommitQueue>,
}

impl Commits {
    /// The thread keeps no consumer alive for longer than a commit.
    pub(super) fn start(&self, consumer: &Arc<StreamConsumer<ConsumerCallbacks>>) -> KafkaResult<()> {
        let (queue, consumer) = (Arc::clone(&self.queue), Arc::downgrade(consumer));
        let thread = thread::Builder::new().name("kafka-commits".to_owned());
        let started = thread.spawn(move || work_off(&queue, &consumer));
        started.map(drop).map_err(|error| KafkaError::ClientCreation(error.to_string()))
    }

    /// Sends what waits for its turn, and waits for no answer any more: their spans end.
    pub(super) fn cancel(&self, consumer: &StreamConsumer<ConsumerCallbacks>) {
        send_unanswered(consumer, self.queue.withdraw(|_, _| true));
        self.queue.give_up();
    }
}

impl Drop for Commits {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn work_off(queue: &CommitQueue, consumer: &Weak<StreamConsumer<ConsumerCallbacks>>) {
    while let Some(next) = queue.next() {
        let Some(consumer) = consumer.upgrade() else { break };
        let sent = Waiting::offsets([&next]).and_then(|offsets| consumer.commit(&offsets, CommitMode::Sync));
        queue.answer(&sent);
    }
    queue.give_up();
}

/// Of partitions that are another member's soon, librdkafka lets go when it has the answer.
pub(super) fn send_unanswered(
    consumer: &impl Consumer<ConsumerCallbacks>,
    offsets: KafkaResult<TopicPartitionList>,
) {
    let sent = offsets.and_then(|offsets| match offsets.count() {
        0 => Ok(()),
        _ => consumer.commit(&offsets, CommitMode::Async),
    });
    if let Err(error) = sent {
        tracing::warn!(error = %error, "not committed at the last moment, the records will come again");
    }
}
