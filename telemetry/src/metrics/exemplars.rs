//! Exemplars: with a point of a histogram or a counter goes, for each of its buckets, the last
//! measurement that was made inside a sampled span, so that who sees a slow bucket can open a trace that
//! fell into it. The SDK collects none (upstream issue 3369); they are kept here when an instrument is
//! written to, and put into the request when it is sent.

mod reservoir;
mod points;

use std::{
    collections::HashMap,
    fmt,
    hash::RandomState,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry::InstrumentationScope;
use opentelemetry_proto::tonic::{collector::metrics::v1::ExportMetricsServiceRequest, metrics::v1::Metric};
use opentelemetry_sdk::metrics::data::ResourceMetrics;

use points::{places, series_of};
use reservoir::Buckets;
pub(crate) use reservoir::Reservoir;

/// `OTEL_METRICS_EXEMPLAR_FILTER`: which measurements may become exemplars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExemplarFilter {
    /// Those inside a sampled span.
    TraceBased,
    /// All; the ids of the span go along where there is one.
    AlwaysOn,
    AlwaysOff,
}

/// The reservoirs of all instruments, cheap to clone. Each holds at most [`CAPACITY`](reservoir::CAPACITY)
/// exemplars, and is emptied by each collection.
#[derive(Clone)]
pub(crate) struct Exemplars(Arc<Inner>);

struct Inner {
    filter: ExemplarFilter,
    /// Histograms have no boundaries.
    exponential: bool,
    hasher: RandomState,
    reservoirs: Mutex<HashMap<InstrumentationScope, HashMap<String, Arc<Reservoir>>>>,
}

impl Exemplars {
    pub(crate) fn new(filter: ExemplarFilter, exponential: bool) -> Self {
        let (hasher, reservoirs) = Default::default();
        Self(Arc::new(Inner { filter, exponential, hasher, reservoirs }))
    }

    /// Where the exemplars of an instrument go, one place for all instruments of that name, as the SDK
    /// sums them up; `None` when nobody wants them.
    pub(crate) fn of_counter(&self, scope: &InstrumentationScope, name: &str) -> Option<Arc<Reservoir>> {
        self.reservoir(scope, name, Buckets::One)
    }

    /// As [`of_counter`](Self::of_counter), for a histogram with these boundaries.
    pub(crate) fn of_histogram(
        &self,
        scope: &InstrumentationScope,
        name: &str,
        bounds: &[f64],
    ) -> Option<Arc<Reservoir>> {
        let buckets =
            if self.0.exponential { Buckets::PowersOfTwo } else { Buckets::Explicit(bounds.to_vec()) };
        self.reservoir(scope, name, buckets)
    }

    fn reservoir(
        &self,
        scope: &InstrumentationScope,
        name: &str,
        buckets: Buckets,
    ) -> Option<Arc<Reservoir>> {
        if self.0.filter == ExemplarFilter::AlwaysOff {
            return None;
        }
        let mut reservoirs = self.0.reservoirs.lock().unwrap_or_else(PoisonError::into_inner);
        let of_scope = reservoirs.entry(scope.clone()).or_default();
        let reservoir = of_scope
            .entry(name.to_owned())
            .or_insert_with(|| Arc::new(Reservoir::new(self.0.filter, buckets, self.0.hasher.clone())));
        Some(Arc::clone(reservoir))
    }

    /// Puts what was kept into `request`, which was made from `collected`, and forgets it. What was
    /// measured after the collection stays for the next one.
    pub(crate) fn put_into(&self, request: &mut ExportMetricsServiceRequest, collected: &ResourceMetrics) {
        let sent = request.resource_metrics.iter_mut().flat_map(|resource| &mut resource.scope_metrics);
        for (scope, sent) in collected.scope_metrics().zip(sent) {
            for (metric, sent) in scope.metrics().zip(&mut sent.metrics) {
                let reservoirs = self.0.reservoirs.lock().unwrap_or_else(PoisonError::into_inner);
                let found = reservoirs.get(scope.scope()).and_then(|names| names.get(metric.name()).cloned());
                drop(reservoirs);
                if let Some(reservoir) = found {
                    let series = series_of(metric.data(), &self.0.hasher);
                    fill(sent, &reservoir, &series);
                }
            }
        }
    }
}

impl fmt::Debug for Exemplars {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Exemplars({:?})", self.0.filter)
    }
}

fn fill(metric: &mut Metric, reservoir: &Reservoir, series: &[u64]) {
    let places = places(metric);
    let Some(collected) = places.first().map(|place| place.time) else { return };
    let mut kept = reservoir.take(collected);
    for (place, series) in places.into_iter().zip(series) {
        let mut exemplars = kept.remove(series).unwrap_or_default();
        // What the collection before this one has counted already, by a hair's breadth.
        exemplars.retain(|exemplar| exemplar.time_unix_nano >= place.start);
        exemplars.sort_by_key(|exemplar| exemplar.time_unix_nano);
        place.exemplars.append(&mut exemplars);
    }
}
