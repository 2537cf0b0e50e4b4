//! The commits that wait for their turn or for an answer, each with its span.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use rdkafka::{Offset, TopicPartitionList, error::KafkaResult};
use tokio::sync::watch;

use crate::{
    Operation,
    hop::{End, Hop},
    kafka::{delivery::Delivery, error::error_type},
};

/// Filled by who commits, worked off by a thread.
pub(super) struct CommitQueue {
    state: Mutex<State>,
    work: Condvar,
    under_way: watch::Sender<usize>,
}

impl Default for CommitQueue {
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
    /// How many are neither here nor there: their spans are about to end.
    ending: usize,
    over: bool,
}

pub(super) struct Waiting {
    pub topic: String,
    pub partition: i32,
    /// The offset to go on with.
    pub next: i64,
    hops: Vec<Hop>,
}

impl Waiting {
    pub(super) fn offsets<'a>(all: impl IntoIterator<Item = &'a Self>) -> KafkaResult<TopicPartitionList> {
        let mut offsets = TopicPartitionList::new();
        for Self { topic, partition, next, .. } in all {
            offsets.add_partition_offset(topic, *partition, Offset::Offset(*next))?;
        }
        Ok(offsets)
    }
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

    fn count(&self) -> usize {
        self.sent.len() + self.ending + self.waiting.iter().map(|waiting| waiting.hops.len()).sum::<usize>()
    }
}

impl CommitQueue {
    /// Everything up to and with `delivery` is to be committed; `hop` ends with the answer.
    pub(super) fn ask(&self, delivery: &Delivery, hop: Hop) {
        self.change(|state| state.ask(delivery, hop));
        self.work.notify_one();
    }

    /// Nobody asks for anything any more.
    pub(super) fn close(&self) {
        self.change(|state| state.over = true);
        self.work.notify_one();
    }

    /// Waits for the next commit to send; `None` when there will be none.
    pub(super) fn next(&self) -> Option<Waiting> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.over;
        let mut state = self.work.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner);
        let mut next = state.waiting.pop_front()?;
        state.sent = std::mem::take(&mut next.hops);
        Some(next)
    }

    /// What the broker says to the one that [`next`](Self::next) gave last.
    pub(super) fn answer(&self, result: &KafkaResult<()>) {
        let (mut hops, count) = self.take_out(|state| std::mem::take(&mut state.sent));
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
        self.ended(count);
    }

    /// Waits until nothing is under way, and the last span has ended.
    pub(super) async fn answered(&self) {
        // The sender lives as long as this.
        let _ = self.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    /// Takes what waits for its turn in such partitions. Its spans end: nobody will wait for an answer.
    pub(super) fn withdraw(&self, of: impl Fn(&str, i32) -> bool) -> KafkaResult<TopicPartitionList> {
        let (withdrawn, count) = self.take_out(|state| {
            let is_meant = |one: &Waiting| of(&one.topic, one.partition);
            let (withdrawn, kept): (VecDeque<_>, _) = state.waiting.drain(..).partition(is_meant);
            state.waiting = kept;
            withdrawn
        });
        let offsets = Waiting::offsets(&withdrawn);
        drop(withdrawn);
        self.ended(count);
        offsets
    }

    /// Ends the spans of what the broker has before it.
    pub(super) fn give_up(&self) {
        let (cancelled, count) = self.take_out(|state| std::mem::take(&mut state.sent));
        drop(cancelled);
        self.ended(count);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Spans end outside the lock. They count until then: who waits for the answers may be about to end the process.
    fn take_out<T>(&self, take: impl FnOnce(&mut State) -> T) -> (T, usize) {
        let mut state = self.lock();
        let before = state.count();
        let taken = take(&mut state);
        let count = before - state.count();
        state.ending += count;
        (taken, count)
    }

    fn ended(&self, count: usize) {
        self.change(|state| state.ending -= count);
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let changed = change(&mut state);
        self.under_way.send_replace(state.count());
        changed
    }
}
