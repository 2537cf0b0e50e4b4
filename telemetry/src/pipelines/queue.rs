//! A bounded queue that holds its items in batches, as they will leave: to take one moves a pointer, and
//! an empty queue needs no memory.

use std::{
    collections::VecDeque,
    mem,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Many threads put items in, one takes batches out.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    /// For the thread that exports: there may be something to do.
    work: Condvar,
    /// For those who wait until what they had put in has left.
    settled: Condvar,
    capacity: usize,
    batch: usize,
}

#[derive(Debug)]
struct State<T> {
    /// All but the last are full.
    batches: VecDeque<Vec<T>>,
    length: usize,
    /// Of all times.
    accepted: u64,
    /// Of those, whose export is over, however it ended.
    settled: u64,
    /// Up to here somebody waits.
    wanted: u64,
    end: End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum End {
    NotYet,
    /// Nothing new is taken; what waits still leaves.
    Stopped,
    /// What waited is given up.
    Abandoned,
    /// The exporting thread has ended.
    Over,
}

/// Why an item was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Full,
    Stopped,
}

impl<T> Queue<T> {
    pub(crate) fn new(capacity: usize, batch: usize) -> Self {
        let state = State {
            batches: VecDeque::new(),
            length: 0,
            accepted: 0,
            settled: 0,
            wanted: 0,
            end: End::NotYet,
        };
        Self { state: Mutex::new(state), work: Condvar::new(), settled: Condvar::new(), capacity, batch }
    }

    /// No code of others runs under this lock, so that a panic elsewhere can't leave it half done.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never waits for an export.
    pub(crate) fn push(&self, item: T) -> Result<(), Refused> {
        // An item that is refused is dropped after the lock is given back: arguments outlive variables.
        let mut state = self.lock();
        if state.end != End::NotYet {
            return Err(Refused::Stopped);
        }
        if state.length == self.capacity {
            return Err(Refused::Full);
        }
        state.length += 1;
        state.accepted += 1;
        let is_full = match state.batches.back_mut().filter(|last| last.len() < self.batch) {
            Some(last) => {
                last.push(item);
                last.len() == self.batch
            }
            None => {
                state.batches.push_back(vec![item]);
                self.batch == 1
            }
        };
        drop(state);
        if is_full {
            self.work.notify_one();
        }
        Ok(())
    }

    /// Waits until a batch is full, `due` has come or somebody wants the rest, and takes the oldest batch:
    /// empty, when nothing was put in. `None` once it is stopped and empty.
    pub(crate) fn next(&self, due: Instant) -> Option<Vec<T>> {
        let mut state = self.lock();
        loop {
            let left = due.saturating_duration_since(Instant::now());
            if state.end >= End::Abandoned || (state.end == End::Stopped && state.length == 0) {
                return None;
            }
            if left.is_zero() || state.has_work(self.batch) {
                let batch = state.batches.pop_front().unwrap_or_default();
                state.length -= batch.len();
                return Some(batch);
            }
            state = self.work.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// So many of those that were taken are delivered, or never will be.
    pub(crate) fn settle(&self, count: usize) {
        self.lock().settled += count as u64;
        self.settled.notify_all();
    }

    /// Waits until all that is in it now has been settled. False when `timeout` has passed before.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let mut state = self.lock();
        let wanted = state.accepted;
        state.wanted = wanted;
        self.work.notify_one();
        self.wait(state, timeout, |state| state.settled >= wanted || state.end >= End::Abandoned)
    }

    /// Takes nothing any more, and waits until the exporting thread has taken what is left and ended.
    /// False when `timeout` has passed before.
    pub(crate) fn stop(&self, timeout: Duration) -> bool {
        let mut state = self.lock();
        if state.end == End::NotYet {
            state.end = End::Stopped;
        }
        self.work.notify_one();
        self.wait(state, timeout, |state| state.end == End::Over)
    }

    /// Gives up what waits: it is lost, and its memory is given back.
    pub(crate) fn abandon(&self) {
        self.close(End::Abandoned);
    }

    /// The exporting thread has ended: nobody needs to wait for it any more.
    pub(crate) fn ended(&self) {
        self.close(End::Over);
    }

    fn close(&self, end: End) {
        let mut state = self.lock();
        state.end = end;
        state.length = 0;
        let lost = mem::take(&mut state.batches);
        drop(state);
        drop(lost);
        self.work.notify_one();
        self.settled.notify_all();
    }

    fn wait(
        &self,
        state: MutexGuard<'_, State<T>>,
        timeout: Duration,
        is_done: impl Fn(&State<T>) -> bool,
    ) -> bool {
        let waited = self.settled.wait_timeout_while(state, timeout, |state| !is_done(state));
        is_done(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

impl<T> State<T> {
    fn has_work(&self, batch: usize) -> bool {
        let taken = self.accepted - self.length as u64;
        self.length > 0
            && (self.end == End::Stopped
                || self.wanted > taken
                || self.batches.front().is_some_and(|first| first.len() == batch))
    }
}

#[cfg(test)]
mod tests;
