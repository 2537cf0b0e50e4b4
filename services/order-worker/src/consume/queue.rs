//! What waits for the task of one partition. When it is full the partition is paused, and resumed when
//! half of it is worked off: nobody waits with a message in hand, and the other partitions go on.

use std::sync::{Arc, Mutex, PoisonError};

use chassis::kafka;
use telemetry::{Consumer, Delivery};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

/// A partition that is resumed brings its next message when the fetch that is under way returns: after up to
/// `fetch.wait.max.ms`. Half of this many keep the task busy for so long.
const CAPACITY: usize = 256;

pub struct Sender {
    deliveries: UnboundedSender<Delivery>,
    flow: Flow,
}

pub struct Receiver {
    deliveries: UnboundedReceiver<Delivery>,
    flow: Flow,
}

/// How much waits. It is decided and done under one lock, so that the last word on a partition is right.
#[derive(Clone)]
struct Flow {
    consumer: Consumer,
    level: Arc<Mutex<Level>>,
}

#[derive(Default)]
struct Level {
    waiting: usize,
    paused: bool,
}

pub fn queue(consumer: &Consumer) -> (Sender, Receiver) {
    // Bounded by the pauses: what a partition has sent already is what comes before one takes effect.
    let (sender, receiver) = mpsc::unbounded_channel();
    let flow = Flow { consumer: consumer.clone(), level: Arc::default() };
    (Sender { deliveries: sender, flow: flow.clone() }, Receiver { deliveries: receiver, flow })
}

impl Sender {
    /// Whether the task is there to take it.
    pub fn send(&self, delivery: Delivery) -> bool {
        self.flow.came(&delivery);
        self.deliveries.send(delivery).is_ok()
    }
}

impl Receiver {
    pub async fn recv(&mut self) -> Option<Delivery> {
        let delivery = self.deliveries.recv().await?;
        self.flow.went(&delivery);
        Some(delivery)
    }
}

impl Flow {
    fn came(&self, delivery: &Delivery) {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        level.waiting += 1;
        // Again at each one that comes all the same: a partition that was taken away and came back is not
        // paused any more.
        if level.waiting >= CAPACITY {
            match kafka::pause(&self.consumer, delivery) {
                Ok(()) => level.paused = true,
                Err(error) => tracing::warn!(error = %error, "a full partition was not paused"),
            }
        }
    }

    fn went(&self, delivery: &Delivery) {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        level.waiting -= 1;
        if level.paused && level.waiting <= CAPACITY / 2 {
            level.paused = false;
            if let Err(error) = kafka::resume(&self.consumer, delivery) {
                tracing::warn!(error = %error, "a partition was not resumed");
            }
        }
    }
}
