//! Commits on their way to the broker, and the spans that wait for its answer.
//!
//! rdkafka tells nobody what became of an asynchronous commit: its `commit_callback` hears of automatic
//! ones alone ([rust-rdkafka 856](https://github.com/fede1024/rust-rdkafka/issues/856)). So each consumer
//! has a thread that commits synchronously.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread,
};

use rdkafka::{
    Offset, TopicPartitionList,
    consumer::{CommitMode, Consumer as _, StreamConsumer},
    error::{KafkaError, KafkaResult},
};
use tokio::sync::watch;

use crate::{
    Operation,
    hop::{End, Hop},
    kafka::{callbacks::ConsumerCallbacks, delivery::Delivery, error::error_type},
};

/// The commits of one member. Its thread ends with it.
#[derive(Default)]
pub(super) struct Commits(Arc<Queue>);

impl Commits {
    pub(super) fn queue(&self) -> &Arc<Queue> {
        &self.0
    }

    /// The thread keeps no consumer alive for longer than a commit.
    pub(super) fn start(&self, consumer: &Arc<StreamConsumer<ConsumerCallbacks>>) -> KafkaResult<()> {
        let (queue, consumer) = (Arc::clone(&self.0), Arc::downgrade(consumer));
        let thread = thread::Builder::new().name("kafka-commits".to_owned());
        let started = thread.spawn(move || work_off(&queue, &consumer));
        started.map(drop).map_err(|error| KafkaError::ClientCreation(error.to_string()))
    }

    /// Queues the commit of everything up to and with `delivery`; `hop` ends with the answer.
    pub(super) fn ask(&self, delivery: &Delivery, hop: Hop) {
        self.0.change(|state| state.ask(delivery, hop));
        self.0.work.notify_one();
    }

    /// Waits until nothing is under way.
    pub(super) async fn answered(&self) {
        // The sender lives as long as this.
        let _ = self.0.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Ends the spans of all that is under way.
    pub(super) fn cancel(&self) {
        self.0.cancel();
    }
}

impl Drop for Commits {
    fn drop(&mut self) {
        self.0.change(|state| state.over = true);
        self.0.work.notify_one();
    }
}

/// What the thread works off.
pub(super) struct Queue {
    state: Mutex<State>,
    work: Condvar,
    under_way: watch::Sender<usize>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { state: Mutex::default(), work: Condvar::new(), under_way: watch::channel(0).0 }
    }
}

#[derive(Default)]
struct State {
    /// At most one for each partition.
    waiting: VecDeque<Waiting>,
    /// Of the commit that the broker has before it.
    sent: Vec<Hop>,
    over: bool,
}

struct Waiting {
    topic: String,
    partition: i32,
    /// The offset to go on with.
    next: i64,
    hops: Vec<Hop>,
}

impl State {
    fn ask(&mut self, delivery: &Delivery, hop: Hop) {
        let (topic, partition) = (delivery.topic(), delivery.partition());
        let next = delivery.offset() + 1;
        let same = |waiting: &&mut Waiting| waiting.topic == topic && waiting.partition == partition;
        match self.waiting.iter_mut().find(same) {
            Some(waiting) => {
                waiting.next = waiting.next.max(next);
                waiting.hops.push(hop);
            }
            None => {
                let topic = topic.to_owned();
                self.waiting.push_back(Waiting { topic, partition, next, hops: vec![hop] });
            }
        }
    }

    fn take_all(&mut self) -> Vec<Hop> {
        let waiting = self.waiting.drain(..).flat_map(|waiting| waiting.hops);
        waiting.chain(std::mem::take(&mut self.sent)).collect()
    }

    fn count(&self) -> usize {
        self.sent.len() + self.waiting.iter().map(|waiting| waiting.hops.len()).sum::<usize>()
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let changed = change(&mut state);
        self.under_way.send_replace(state.count());
        changed
    }

    /// Waits for the next commit to send; `None` when the member is gone.
    fn next(&self) -> Option<Waiting> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.over;
        let mut state = self.work.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let mut next = state.waiting.pop_front()?;
        state.sent = std::mem::take(&mut next.hops);
        Some(next)
    }

    fn cancel(&self) {
        // Spans end outside the lock.
        let cancelled = self.change(State::take_all);
        drop(cancelled);
    }

    fn answer(&self, result: &KafkaResult<()>) {
        let mut hops = self.change(|state| std::mem::take(&mut state.sent));
        if let (Err(error), Some(last)) = (result, hops.last()) {
            let _current = last.context().attach();
            Operation::MessagingSettle.exception(error, "not committed, the records will come again");
        }
        for hop in &mut hops {
            hop.finish(match result {
                Ok(()) => End::default(),
                Err(error) => End::default().with_error(error_type(error), error.to_string()),
            });
        }
    }

    /// What waits for its turn in partitions that are taken away: to be sent at once, since they are
    /// another member's soon, and without waiting for the answer.
    pub(super) fn revoke(&self, partitions: &TopicPartitionList) -> KafkaResult<TopicPartitionList> {
        let revoked = self.change(|state| {
            let taken = |one: &Waiting| partitions.find_partition(&one.topic, one.partition).is_some();
            let (revoked, kept): (Vec<_>, _) = state.waiting.drain(..).partition(taken);
            state.waiting = kept;
            revoked
        });
        let mut offsets = TopicPartitionList::new();
        for waiting in &revoked {
            offsets.add_partition_offset(&waiting.topic, waiting.partition, Offset::Offset(waiting.next))?;
        }
        Ok(offsets)
    }
}

fn work_off(queue: &Queue, consumer: &Weak<StreamConsumer<ConsumerCallbacks>>) {
    while let Some(next) = queue.next() {
        let Some(consumer) = consumer.upgrade() else { break };
        queue.answer(&commit(&consumer, &next));
    }
    queue.cancel();
}

fn commit(consumer: &StreamConsumer<ConsumerCallbacks>, next: &Waiting) -> KafkaResult<()> {
    let mut offsets = TopicPartitionList::new();
    offsets.add_partition_offset(&next.topic, next.partition, Offset::Offset(next.next))?;
    consumer.commit(&offsets, CommitMode::Sync)
}
