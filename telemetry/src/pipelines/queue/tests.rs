//! The queue by itself: what is due when, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    thread,
    time::{Duration, Instant},
};

use super::{Queue, Refused};

/// Only a test that fails waits this long.
const LONG: Duration = Duration::from_secs(20);

fn far() -> Instant {
    Instant::now() + LONG
}

fn filled(capacity: usize, batch: usize, items: usize) -> Queue<usize> {
    let queue = Queue::new(capacity, batch);
    (0..items).for_each(|item| queue.push(item).unwrap());
    queue
}

#[test]
fn items_leave_in_batches_and_in_their_order() {
    let queue = filled(100, 4, 10);
    assert_eq!(queue.next(far()), Some(vec![0, 1, 2, 3]));
    assert_eq!(queue.next(far()), Some(vec![4, 5, 6, 7]));
    assert_eq!(queue.next(Instant::now()), Some(vec![8, 9]), "its time has come");
    assert_eq!(queue.next(Instant::now()), Some(Vec::new()));
}

#[test]
fn a_full_queue_refuses_until_a_batch_has_left() {
    let queue = filled(4, 2, 4);
    assert_eq!(queue.push(4), Err(Refused::Full));
    assert_eq!(queue.next(far()), Some(vec![0, 1]));
    assert_eq!(queue.push(4), Ok(()));
}

#[test]
fn a_full_batch_wakes_the_thread_that_waits() {
    let queue = filled(100, 4, 3);
    let due = far();
    thread::scope(|scope| {
        let taken = scope.spawn(|| queue.next(due));
        // It waits by now, most probably; if not, this proves nothing, and harms nothing.
        thread::sleep(Duration::from_millis(20));
        queue.push(3).unwrap();
        assert_eq!(taken.join().unwrap(), Some(vec![0, 1, 2, 3]));
        assert!(Instant::now() < due, "it was woken, it did not wait");
    });
}

#[test]
fn a_flush_waits_until_what_was_put_in_before_it_is_settled() {
    let queue = filled(100, 4, 6);
    thread::scope(|scope| {
        let flushed = scope.spawn(|| queue.flush(LONG));
        let first = queue.next(far()).unwrap();
        queue.settle(first.len());
        let second = queue.next(far()).unwrap();
        assert_eq!(second, [4, 5], "though it is not full");
        queue.push(6).unwrap();
        assert!(!flushed.is_finished());
        queue.settle(second.len());
        assert!(flushed.join().unwrap());
    });
}

#[test]
fn a_flush_ends_with_its_deadline_and_with_the_thread() {
    let queue = filled(100, 4, 1);
    assert!(!queue.flush(Duration::from_millis(1)));
    thread::scope(|scope| {
        let flushed = scope.spawn(|| queue.flush(LONG));
        queue.ended();
        assert!(flushed.join().unwrap());
    });
}

#[test]
fn a_stopped_queue_takes_nothing_and_gives_what_it_has() {
    let queue = filled(100, 4, 5);
    assert!(!queue.stop(Duration::ZERO), "the thread has not ended");
    assert_eq!(queue.push(5), Err(Refused::Stopped));
    assert_eq!(queue.next(far()), Some(vec![0, 1, 2, 3]));
    assert_eq!(queue.next(far()), Some(vec![4]));
    assert_eq!(queue.next(far()), None);
    queue.ended();
    assert!(queue.stop(Duration::ZERO));
}

#[test]
fn an_abandoned_queue_gives_nothing() {
    let queue = filled(100, 4, 5);
    queue.abandon();
    assert_eq!(queue.next(far()), None);
    assert_eq!(queue.push(5), Err(Refused::Stopped));
}

/// What the SDK's own queue holds from the start: the room for all that may ever come.
#[test]
fn an_empty_queue_needs_no_memory_and_a_burst_gives_its_own_back() {
    let queue: Queue<[u8; 400]> = Queue::new(32_768, 512);
    assert_eq!(queue.lock().batches.capacity(), 0);
    while queue.push([0; 400]).is_ok() {}
    while queue.next(Instant::now()).is_some_and(|batch| !batch.is_empty()) {}
    let state = queue.lock();
    assert!(state.batches.is_empty());
    assert!(state.batches.capacity() <= 64, "pointers to 64 batches, and no batch");
}

/// A thread that dies while it holds the lock leaves the queue as it was.
#[test]
fn a_poisoned_lock_stops_nothing() {
    let queue = filled(100, 2, 1);
    thread::scope(|scope| {
        let dies = scope.spawn(|| {
            let _held = queue.lock();
            panic!("planted");
        });
        dies.join().unwrap_err();
    });
    assert!(queue.state.is_poisoned());
    queue.push(1).unwrap();
    assert_eq!(queue.next(far()), Some(vec![0, 1]));
}
