//! The crate's own health as metrics, by the conventions' names: how full the queues are, what was
//! delivered, and what was lost and why. What is lost while a collector is away is told to it later,
//! since the counts stay.

pub(crate) mod items;
pub(crate) mod started;
pub(crate) mod operations;

use std::{borrow::Cow, sync::Arc};

use opentelemetry::{
    KeyValue,
    metrics::{Meter, MeterProvider},
};

use crate::{
    hop::instrumentation_scope,
    metrics::meters::Meters,
    names,
    pipelines::{balance::Balance, overflow::Overflows},
};

use items::Items;

/// Of everything that this crate says of itself.
pub(crate) fn meter(meters: &Meters) -> Meter {
    meters.meter_with_scope(instrumentation_scope(names::SCOPE_HEALTH))
}

/// A part of the way out, as the conventions identify it.
#[derive(Debug, Clone)]
pub(crate) struct Component(Vec<KeyValue>);

impl Component {
    /// There is one of each type.
    pub(crate) fn new(component_type: &str) -> Self {
        Self(vec![
            KeyValue::new(names::OTEL_COMPONENT_TYPE, component_type.to_owned()),
            KeyValue::new(names::OTEL_COMPONENT_NAME, format!("{component_type}/0")),
        ])
    }

    /// The collector that it sends to.
    pub(crate) fn with_server(mut self, (address, port): (String, u16)) -> Self {
        self.0.push(KeyValue::new(names::SERVER_ADDRESS, address));
        self.0.push(KeyValue::new(names::SERVER_PORT, i64::from(port)));
        self
    }

    fn and(&self, attribute: KeyValue) -> Vec<KeyValue> {
        [self.0.as_slice(), &[attribute]].concat()
    }

    fn with_error(&self, error_type: Cow<'static, str>) -> Vec<KeyValue> {
        self.and(KeyValue::new(names::ERROR_TYPE, error_type))
    }
}

/// The queue of a signal and what left it.
pub(crate) fn observe_processor(meter: &Meter, items: &Items, balance: &Arc<Balance>, capacity: usize) {
    let component = Component::new(items.processor);
    let (labels, counts) = (component.0.clone(), Arc::clone(balance));
    up_down(meter, items, (items.queue_size, "Number of items in the queue."), move || {
        vec![(counts.waiting(), labels.clone())]
    });
    let labels = component.0.clone();
    up_down(meter, items, (items.queue_capacity, "Number of items that the queue can hold."), move || {
        vec![(capacity as u64, labels.clone())]
    });
    let (dropped, late) =
        (component.with_error("queue_full".into()), component.with_error("already_shutdown".into()));
    let (labels, counts) = (component.0, Arc::clone(balance));
    counter(
        meter,
        items,
        (items.processed, "Number of items handed to the exporter, or dropped."),
        move || {
            let lost = [(counts.total_queue_full(), &dropped), (counts.total_already_shutdown(), &late)];
            let lost = lost.into_iter().filter(|(count, _)| *count > 0);
            let all = [(counts.total_handed_over(), &labels)].into_iter().chain(lost);
            all.map(|(count, labels)| (count, labels.clone())).collect()
        },
    );
}

/// What is with the exporter of a signal, and what became of it.
pub(crate) fn observe_exporter(meter: &Meter, items: &Items, balance: &Arc<Balance>, component: &Component) {
    let (labels, counts) = (component.0.clone(), Arc::clone(balance));
    up_down(meter, items, (items.inflight, "Number of items that are being exported."), move || {
        vec![(counts.in_flight(), labels.clone())]
    });
    let (component, counts) = (component.clone(), Arc::clone(balance));
    counter(meter, items, (items.exported, "Number of items whose export has ended."), move || {
        let failed = counts.failures().into_iter().map(|(error, count)| (count, component.with_error(error)));
        [(counts.total_delivered(), component.0.clone())].into_iter().chain(failed).collect()
    });
}

/// `otel.sdk.log.created`.
pub(crate) fn observe_created(meter: &Meter, items: &Items, balance: &Arc<Balance>) {
    let counts = Arc::clone(balance);
    counter(meter, items, (names::SDK_LOG_CREATED, "Number of log records that were written."), move || {
        vec![(counts.total_emitted(), Vec::new())]
    });
}

/// How many instruments have lost detail. No convention has a name for it.
pub(crate) fn observe_overflows(meter: &Meter, overflows: &Overflows) {
    let overflows = overflows.clone();
    meter
        .i64_observable_up_down_counter(names::OVERFLOWING_INSTRUMENTS)
        .with_unit("{instrument}")
        .with_description("Number of instruments with more sets of attributes than are kept apart.")
        .with_callback(move |observer| observer.observe(overflows.count().cast_signed(), &[]))
        .build();
}

type Points = Vec<(u64, Vec<KeyValue>)>;

fn up_down(
    meter: &Meter,
    items: &Items,
    (name, description): (&'static str, &'static str),
    read: impl Fn() -> Points + Send + Sync + 'static,
) {
    let builder =
        meter.i64_observable_up_down_counter(name).with_unit(items.unit).with_description(description);
    let observed = builder.with_callback(move |observer| {
        for (count, labels) in read() {
            observer.observe(count.cast_signed(), &labels);
        }
    });
    observed.build();
}

fn counter(
    meter: &Meter,
    items: &Items,
    (name, description): (&'static str, &'static str),
    read: impl Fn() -> Points + Send + Sync + 'static,
) {
    let builder = meter.u64_observable_counter(name).with_unit(items.unit).with_description(description);
    let observed = builder.with_callback(move |observer| {
        for (count, labels) in read() {
            observer.observe(count, &labels);
        }
    });
    observed.build();
}
