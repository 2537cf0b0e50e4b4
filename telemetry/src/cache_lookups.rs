//! How often a cache knew the answer.

use opentelemetry::{
    KeyValue,
    metrics::{Counter, MeterProvider},
};

use crate::{Telemetry, hop::instrumentation_scope, names};

impl Telemetry {
    /// Counts the lookups in the cache called `name` (low cardinality: what is cached, `user`, never a
    /// key): `throughline.cache.lookups`, {lookup}, with `throughline.cache.name` and
    /// `throughline.cache.result` = `hit` | `miss` | `error`. No convention has a name for it.
    ///
    /// The hit ratio is `hit` over the sum of all three: an error sends its caller to the database as
    /// a miss does.
    pub fn cache(&self, name: &'static str) -> CacheLookups {
        let meter = self.inner.meters.meter_with_scope(instrumentation_scope(names::SCOPE_CACHE));
        let lookups = meter
            .u64_counter(names::CACHE_LOOKUPS)
            .with_unit("{lookup}")
            .with_description("Lookups in a cache, by what came of them.")
            .build();
        CacheLookups { lookups, name }
    }
}

/// The counter of one cache.
#[derive(Debug, Clone)]
pub struct CacheLookups {
    lookups: Counter<u64>,
    name: &'static str,
}

impl CacheLookups {
    /// Counts a hit or a miss, and hands on what was found.
    pub fn found<T>(&self, value: Option<T>) -> Option<T> {
        match value {
            Some(_) => self.hit(),
            None => self.miss(),
        }
        value
    }

    /// The cache had it.
    pub fn hit(&self) {
        self.count("hit");
    }

    /// The cache had nothing, or nothing that can be read.
    pub fn miss(&self) {
        self.count("miss");
    }

    /// The cache did not answer.
    pub fn error(&self) {
        self.count("error");
    }

    fn count(&self, result: &'static str) {
        let labels =
            [KeyValue::new(names::CACHE_NAME, self.name), KeyValue::new(names::CACHE_RESULT, result)];
        self.lookups.add(1, &labels);
    }
}
