//! The instruments of one scope: the SDK's, with exemplars, and with callbacks that may panic.

use std::sync::Arc;

use opentelemetry::{
    InstrumentationScope, KeyValue,
    metrics::{
        AsyncInstrumentBuilder, Counter, Gauge, Histogram, HistogramBuilder, InstrumentBuilder,
        InstrumentProvider, Meter, ObservableCounter, ObservableGauge, ObservableUpDownCounter,
        SyncInstrument, UpDownCounter,
    },
};
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value;

use crate::{
    metrics::{
        callbacks::guarded,
        exemplars::{Exemplars, Reservoir},
    },
    names,
};

/// Makes the instruments of one scope.
pub(super) struct Instruments {
    pub meter: Meter,
    pub scope: InstrumentationScope,
    pub exemplars: Exemplars,
    /// Runs of callbacks that panicked.
    pub panics: Counter<u64>,
}

/// A counter or a histogram whose measurements may become exemplars.
struct WithExemplars<I> {
    sdk: I,
    reservoir: Arc<Reservoir>,
}

impl<T: Copy + Into<Value>> SyncInstrument<T> for WithExemplars<Counter<T>> {
    fn measure(&self, value: T, attributes: &[KeyValue]) {
        self.sdk.add(value, attributes);
        self.reservoir.offer(value.into(), attributes);
    }
}

impl<T: Copy + Into<Value>> SyncInstrument<T> for WithExemplars<Histogram<T>> {
    fn measure(&self, value: T, attributes: &[KeyValue]) {
        self.sdk.record(value, attributes);
        self.reservoir.offer(value.into(), attributes);
    }
}

impl Instruments {
    fn counter<T: Copy + Into<Value> + 'static>(&self, name: &str, sdk: Counter<T>) -> Counter<T> {
        match self.exemplars.of_counter(&self.scope, name) {
            Some(reservoir) => Counter::new(Arc::new(WithExemplars { sdk, reservoir })),
            None => sdk,
        }
    }

    fn histogram<T: Copy + Into<Value> + 'static>(
        &self,
        (name, bounds): (&str, Option<Vec<f64>>),
        sdk: Histogram<T>,
    ) -> Histogram<T> {
        let bounds = bounds.as_deref().unwrap_or(&names::DEFAULT_BUCKETS);
        match self.exemplars.of_histogram(&self.scope, name, bounds) {
            Some(reservoir) => Histogram::new(Arc::new(WithExemplars { sdk, reservoir })),
            None => sdk,
        }
    }

    /// The observable instrument that `asked` describes, on the SDK's builder, with its callbacks guarded.
    fn observed<'a, I, M: 'static>(
        &self,
        mut sdk: AsyncInstrumentBuilder<'a, I, M>,
        asked: AsyncInstrumentBuilder<'_, I, M>,
    ) -> AsyncInstrumentBuilder<'a, I, M> {
        let name = asked.name;
        let callbacks = asked.callbacks.into_iter();
        sdk.callbacks = callbacks.map(|callback| guarded(&self.panics, name.clone(), callback)).collect();
        (sdk.unit, sdk.description) = (asked.unit, asked.description);
        sdk
    }
}

/// What an instrument is built from, on the SDK's builder.
fn described<'a, I>(
    mut sdk: InstrumentBuilder<'a, I>,
    asked: InstrumentBuilder<'_, I>,
) -> InstrumentBuilder<'a, I> {
    (sdk.unit, sdk.description) = (asked.unit, asked.description);
    sdk
}

fn histogram<'a, I>(
    mut sdk: HistogramBuilder<'a, I>,
    asked: HistogramBuilder<'_, I>,
) -> HistogramBuilder<'a, I> {
    (sdk.unit, sdk.description, sdk.boundaries) = (asked.unit, asked.description, asked.boundaries);
    sdk
}

impl InstrumentProvider for Instruments {
    fn u64_counter(&self, asked: InstrumentBuilder<'_, Counter<u64>>) -> Counter<u64> {
        let name = asked.name.clone();
        self.counter(&name, described(self.meter.u64_counter(name.clone()), asked).build())
    }

    fn f64_counter(&self, asked: InstrumentBuilder<'_, Counter<f64>>) -> Counter<f64> {
        let name = asked.name.clone();
        self.counter(&name, described(self.meter.f64_counter(name.clone()), asked).build())
    }

    fn f64_histogram(&self, asked: HistogramBuilder<'_, Histogram<f64>>) -> Histogram<f64> {
        let (name, bounds) = (asked.name.clone(), asked.boundaries.clone());
        self.histogram((&name, bounds), histogram(self.meter.f64_histogram(name.clone()), asked).build())
    }

    fn u64_histogram(&self, asked: HistogramBuilder<'_, Histogram<u64>>) -> Histogram<u64> {
        let (name, bounds) = (asked.name.clone(), asked.boundaries.clone());
        self.histogram((&name, bounds), histogram(self.meter.u64_histogram(name.clone()), asked).build())
    }

    fn i64_up_down_counter(&self, asked: InstrumentBuilder<'_, UpDownCounter<i64>>) -> UpDownCounter<i64> {
        described(self.meter.i64_up_down_counter(asked.name.clone()), asked).build()
    }

    fn f64_up_down_counter(&self, asked: InstrumentBuilder<'_, UpDownCounter<f64>>) -> UpDownCounter<f64> {
        described(self.meter.f64_up_down_counter(asked.name.clone()), asked).build()
    }

    fn u64_gauge(&self, asked: InstrumentBuilder<'_, Gauge<u64>>) -> Gauge<u64> {
        described(self.meter.u64_gauge(asked.name.clone()), asked).build()
    }

    fn f64_gauge(&self, asked: InstrumentBuilder<'_, Gauge<f64>>) -> Gauge<f64> {
        described(self.meter.f64_gauge(asked.name.clone()), asked).build()
    }

    fn i64_gauge(&self, asked: InstrumentBuilder<'_, Gauge<i64>>) -> Gauge<i64> {
        described(self.meter.i64_gauge(asked.name.clone()), asked).build()
    }

    fn u64_observable_counter(
        &self,
        asked: AsyncInstrumentBuilder<'_, ObservableCounter<u64>, u64>,
    ) -> ObservableCounter<u64> {
        self.observed(self.meter.u64_observable_counter(asked.name.clone()), asked).build()
    }

    fn f64_observable_counter(
        &self,
        asked: AsyncInstrumentBuilder<'_, ObservableCounter<f64>, f64>,
    ) -> ObservableCounter<f64> {
        self.observed(self.meter.f64_observable_counter(asked.name.clone()), asked).build()
    }

    fn i64_observable_up_down_counter(
        &self,
        asked: AsyncInstrumentBuilder<'_, ObservableUpDownCounter<i64>, i64>,
    ) -> ObservableUpDownCounter<i64> {
        self.observed(self.meter.i64_observable_up_down_counter(asked.name.clone()), asked).build()
    }

    fn f64_observable_up_down_counter(
        &self,
        asked: AsyncInstrumentBuilder<'_, ObservableUpDownCounter<f64>, f64>,
    ) -> ObservableUpDownCounter<f64> {
        self.observed(self.meter.f64_observable_up_down_counter(asked.name.clone()), asked).build()
    }

    fn u64_observable_gauge(
        &self,
        asked: AsyncInstrumentBuilder<'_, ObservableGauge<u64>, u64>,
    ) -> ObservableGauge<u64> {
        self.observed(self.meter.u64_observable_gauge(asked.name.clone()), asked).build()
    }

    fn i64_observable_gauge(
        &self,
        asked: AsyncInstrumentBuilder<'_, ObservableGauge<i64>, i64>,
    ) -> ObservableGauge<i64> {
        self.observed(self.meter.i64_observable_gauge(asked.name.clone()), asked).build()
    }

    fn f64_observable_gauge(
        &self,
        asked: AsyncInstrumentBuilder<'_, ObservableGauge<f64>, f64>,
    ) -> ObservableGauge<f64> {
        self.observed(self.meter.f64_observable_gauge(asked.name.clone()), asked).build()
    }
}
