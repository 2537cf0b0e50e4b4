//! The edge: messages of `my-things.requested`. One task for each partition: a partition keeps its order, and
//! one that waits holds up no other. What waits for a task is in its [`queue`].

mod queue;

use std::{collections::HashMap, time::Duration};

use backon::{BackoffBuilder, ExponentialBuilder};
use chassis::{
    Probe, Shutdown, StartError,
    kafka::{self, ConsumerSettings},
};
use telemetry::{Consumer, Delivery, Operation, Telemetry};
use tokio::task::JoinSet;

use crate::{App, Config, error::Error, events};

/// A message that is at fault itself fails this often before it becomes a dead letter.
const ATTEMPTS: usize = 6;
/// How long the broker may take, at a stop, to answer what was committed last.
const FAREWELL: Duration = Duration::from_secs(5);

pub fn subscribe(config: &Config, telemetry: &Telemetry) -> Result<Consumer, StartError> {
    let settings = ConsumerSettings {
        brokers: &config.kafka_brokers,
        topics: &[events::TOPIC],
        group: &config.kafka_group_id,
        instance: config.kafka_group_instance_id.as_deref(),
        session_timeout_ms: config.kafka_session_timeout_ms,
        fetch_wait_max_ms: config.kafka_fetch_wait_max_ms,
    };
    Ok(kafka::consumer(&settings, telemetry)?.with_trace(config.messaging_trace))
}

pub fn probe(consumer: &Consumer) -> impl Fn() -> Probe + use<> {
    kafka::consumer_probe(consumer)
}

pub async fn run(app: &App, shutdown: &Shutdown) -> Result<(), StartError> {
    let mut partitions = JoinSet::new();
    let outcome = tokio::select! {
        stopped = receive(app, shutdown, &mut partitions) => Err(stopped),
        () = shutdown.requested() => Ok(()),
    };
    while partitions.join_next().await.is_some() {}
    app.consumer.clone().leave(FAREWELL).await;
    outcome
}

/// Never waits for a task: who does not receive for long is taken for dead by its group.
async fn receive(app: &App, shutdown: &Shutdown, partitions: &mut JoinSet<()>) -> StartError {
    let mut queues: HashMap<i32, queue::Sender> = HashMap::new();
    loop {
        let delivery = match app.consumer.recv().await {
            Ok(delivery) => delivery,
            // librdkafka mends connections by itself; what it reports here is for people.
            Err(error) => {
                tracing::warn!(error = %error, "the consumer reports a problem and goes on");
                continue;
            }
        };
        let queue = queues.entry(delivery.partition()).or_insert_with(|| {
            let (queue, deliveries) = queue::queue(&app.consumer);
            partitions.spawn(work_off(app.clone(), deliveries, shutdown.clone()));
            queue
        });
        if !queue.send(delivery) {
            return StartError::Serve { server: "partition", reason: "its task ended".to_owned() };
        }
    }
}

/// What is queued at a stop is left: uncommitted, so the next member of the group gets it.
async fn work_off(app: App, mut deliveries: queue::Receiver, shutdown: Shutdown) {
    while let Some(delivery) = deliveries.recv().await {
        if shutdown.is_requested() {
            return;
        }
        // Taken away meanwhile: another member has it, or this one receives it once more.
        if !app.consumer.holds(&delivery) {
            continue;
        }
        let handled = tokio::select! {
            handled = app.consumer.process(&delivery, handle(&app, &delivery)) => handled,
            // Only a message that waits for a dependency is cut off; it comes again.
            () = given_up(&shutdown) => return,
        };
        // Handled, or a dead letter: either way it is done. (Its failure is on the span and in the log.)
        drop(handled);
        if let Err(error) = app.consumer.commit(&delivery) {
            tracing::warn!(error = %error, "the offset was not committed; the message may come again");
        }
    }
}

/// A message takes milliseconds; one that takes this long after the stop waits for a dependency.
async fn given_up(shutdown: &Shutdown) {
    shutdown.requested().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
}

/// Retries, then the dead letter. Returns only when the message is done.
async fn handle(app: &App, delivery: &Delivery) -> Result<(), Error> {
    let Err(error) = with_retries(app, delivery).await else { return Ok(()) };
    Operation::MessagingProcess.exception(&error, "dead letter");
    let mut waits = backoff().build();
    while let Err(refused) = app.dead_letters.publish(delivery, &error).await {
        Operation::MessagingSend.exception(&refused, "the dead letter was not published, trying again");
        tokio::time::sleep(waits.next().unwrap_or_default()).await;
    }
    Err(error)
}

/// A dependency that is away is waited for as long as it takes: no message is at fault for that, and the
/// dead letters are no place for all messages of an outage. Every other failure has [`ATTEMPTS`].
async fn with_retries(app: &App, delivery: &Delivery) -> Result<(), Error> {
    let mut waits = backoff().build();
    let mut failures = 0;
    loop {
        let handled = app.add(events::parse(delivery)?).await;
        let Err(error) = handled else { return Ok(()) };
        failures += usize::from(!error.is_outage());
        if error.is_permanent() || failures == ATTEMPTS {
            return Err(error);
        }
        let wait = waits.next().unwrap_or_default();
        tracing::warn!(error = %error, retry_in = ?wait, "not handled, trying again");
        tokio::time::sleep(wait).await;
    }
}

/// 100 ms, doubling to 5 s, each up to half as long again so that replicas do not retry in step.
fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(5))
        .with_jitter()
        .without_max_times()
}
