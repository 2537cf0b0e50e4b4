//! From the outbox to the broker.
//!
//! A relay is woken right after a commit of its own process, by a call from another replica that has
//! too much to do, and, in case both were missed, every second.

use std::{sync::Arc, time::Duration};

use chassis::Shutdown;
use futures_util::future::join_all;
use telemetry::{Operation, OutboxSize, Telemetry, TraceContext};
use tokio::{sync::Notify, time::Instant};
use uuid::Uuid;

use crate::{
    App,
    error::Error,
    events::Events,
    store::{OutboxEvent, Store},
};

const BATCH: i64 = 100;
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// The measurement counts all rows, so it is made far less often than one looks for new ones.
const MEASURE_EVERY: Duration = Duration::from_secs(5);

pub struct Relay {
    store: Store,
    events: Events,
    bell: Arc<Notify>,
    telemetry: Telemetry,
    size: OutboxSize,
}

impl Relay {
    pub fn new(app: &App) -> Self {
        Self {
            store: app.store.clone(),
            events: app.events.clone(),
            bell: app.outbox_bell.clone(),
            telemetry: app.telemetry.clone(),
            size: app.telemetry.outbox("outbox"),
        }
    }

    /// Publishes until the stop, and then what is there at that moment.
    pub async fn run(self, shutdown: Shutdown) {
        let mut measure_at = Instant::now();
        while !shutdown.is_requested() {
            self.publish_all().await;
            if Instant::now() >= measure_at {
                self.measure().await;
                measure_at = Instant::now() + MEASURE_EVERY;
            }
            tokio::select! {
                () = self.bell.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = shutdown.requested() => {}
            }
        }
        self.publish_all().await;
    }

    /// Each replica measures the same outbox, and locks nothing in it.
    async fn measure(&self) {
        match self.telemetry.unrecorded(self.store.measure_outbox()).await {
            Ok((rows, oldest)) => self.size.set(rows, oldest),
            Err(error) => {
                tracing::warn!(error = %error, "the outbox was not measured, trying again later");
                self.size.forget();
            }
        }
    }

    async fn publish_all(&self) {
        loop {
            match self.publish_batch().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    telemetry::exception(&error, "the outbox can't be read, looking again in a second");
                    return;
                }
            }
        }
    }

    /// Whether there may be more.
    async fn publish_batch(&self) -> Result<bool, Error> {
        // Looking is not part of any trace: mostly there is nothing.
        let leased = self.telemetry.unrecorded(self.store.lease_events(BATCH)).await?;
        if leased.is_empty() {
            return Ok(false);
        }
        let full = i64::try_from(leased.len()).is_ok_and(|count| count == BATCH);
        let contexts: Vec<TraceContext> = leased.iter().map(|(_, context)| context.clone()).collect();
        self.telemetry.batch("relay outbox", &contexts, self.publish_leased(&leased, full)).await?;
        Ok(full)
    }

    async fn publish_leased(&self, leased: &[(OutboxEvent, TraceContext)], full: bool) -> Result<(), Error> {
        if full {
            self.store.call_other_relays().await?;
        }
        let sent = join_all(leased.iter().map(|(event, context)| self.publish(event, context))).await;
        let sent: Vec<Uuid> = sent.into_iter().flatten().collect();
        self.store.mark_sent(&sent).await
    }

    /// The event's id if the broker has it. Otherwise its lease runs out and it is tried again.
    async fn publish(&self, event: &OutboxEvent, context: &TraceContext) -> Option<Uuid> {
        match self.events.publish(event, context).await {
            Ok(()) => Some(event.id),
            Err(error) => {
                Operation::MessagingSend.exception(&error, "not published, it stays in the outbox");
                None
            }
        }
    }
}
