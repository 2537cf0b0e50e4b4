//! What the way out of a batched signal is made from, the same for both signals and each exporter.

use std::{future::Future, io, sync::Arc};

use opentelemetry::metrics::Meter;
use opentelemetry_sdk::error::OTelSdkResult;
use tokio::{runtime::Handle, sync::Notify};

use crate::{
    environment::Environment,
    health::{
        self,
        items::Items,
        operations::{ExporterIdentity, Operations},
    },
    limits::{Cuts, Limits},
    pipelines::{
        balance::Balance,
        batch_processor::BatchProcessor,
        batch_settings::BatchSettings,
        delivery::{Delivery, Told},
        queue::Queue,
    },
    stdout::Stdout,
};

/// What a signal finds when it is set up.
pub(crate) struct Batching<'a> {
    pub items: &'a Items,
    pub runtime: &'a Handle,
    pub balance: &'a Arc<Balance>,
    pub limits: &'a Limits,
    pub stdout: &'a Stdout,
    pub meter: &'a Meter,
    /// What the limits took away from items on their way.
    pub cuts: Cuts,
}

impl Batching<'_> {
    /// A queue of the size that the environment asks for, which `export` empties.
    pub(crate) fn start<T: Send + 'static, F, R>(
        &self,
        exporter: ExporterIdentity,
        environment: &mut Environment,
        export: F,
    ) -> io::Result<BatchProcessor<T>>
    where
        F: Fn(Vec<T>) -> R + Send + 'static,
        R: Future<Output = OTelSdkResult>,
    {
        let Self { items, runtime, balance, meter, cuts, .. } = self;
        let settings = BatchSettings::read(items.variables, items.queue, items.delay, environment);
        items.signal.applied(environment, settings);
        health::observe_processor(meter, items, balance, settings.queue);
        health::observe_exporter(meter, items, balance, &exporter.component);
        let delivery = Delivery {
            items: items.plural,
            runtime: Handle::clone(runtime),
            timeout: settings.timeout,
            balance: Arc::clone(balance),
            give_up: Arc::new(Notify::new()),
            cuts: cuts.clone(),
            operations: Operations::new(meter, exporter),
            told: Told::default(),
        };
        BatchProcessor::start(Queue::new(settings.queue, settings.batch), settings.delay, delivery, export)
    }
}
