//! A stream that owns what it borrows from: the connection of a pool, whose rows it gives out.

use std::{
    future::Future,
    pin::Pin,
    task::{Context as Task, Poll},
};

use futures_core::{Stream, future::BoxFuture};
use tokio::sync::mpsc;

/// What is sent by a future that runs only while the stream is polled, in the same task. Dropped with
/// the stream, it takes its connection and its span with it.
pub(crate) struct Produced<'e, T> {
    producer: Option<BoxFuture<'e, ()>>,
    items: mpsc::Receiver<T>,
}

impl<'e, T> Produced<'e, T> {
    pub(crate) fn by<F>(produce: impl FnOnce(mpsc::Sender<T>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'e,
    {
        let (sender, items) = mpsc::channel(1);
        Self { producer: Some(Box::pin(produce(sender))), items }
    }
}

impl<T> Stream for Produced<'_, T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<T>> {
        if let Poll::Ready(item) = self.items.poll_recv(task) {
            return Poll::Ready(item);
        }
        if let Some(producer) = &mut self.producer
            && producer.as_mut().poll(task).is_ready()
        {
            self.producer = None;
        }
        // An item that it sent just now, or the end.
        self.items.poll_recv(task)
    }
}
