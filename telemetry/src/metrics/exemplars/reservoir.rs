//! The exemplars of one instrument between two collections.

use std::{
    collections::HashMap,
    hash::RandomState,
    sync::{Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use opentelemetry::{Context, KeyValue, SpanId, TraceId, trace::TraceContextExt};
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, exemplar::Value};

use super::{ExemplarFilter, points::series};

/// Exemplars of one instrument at most. A map of 256 places of 64 bytes is full at this number: 17 KB for
/// an instrument whose series are all busy, and nothing for one that no sampled span wrote to. What comes
/// when it is full is left out until the next collection.
pub(crate) const CAPACITY: usize = 224;

/// What has an exemplar of its own within a series.
#[derive(Debug)]
pub(super) enum Buckets {
    /// A counter has one.
    One,
    /// Each bucket has one; the boundaries are its upper ends.
    Explicit(Vec<f64>),
    /// An exponential histogram moves its boundaries: one for each power of two.
    PowersOfTwo,
}

impl Buckets {
    fn of(&self, value: f64) -> usize {
        match self {
            Self::One => 0,
            Self::Explicit(bounds) => bounds.partition_point(|bound| *bound < value),
            // Sign and exponent of a double.
            Self::PowersOfTwo => (value.to_bits() >> 52) as usize,
        }
    }
}

/// The last measurement of a bucket, and where it was made.
#[derive(Debug, Clone, Copy)]
struct Kept {
    value: Value,
    /// Nanoseconds since 1970.
    time: u64,
    trace_id: TraceId,
    span_id: SpanId,
}

pub(crate) struct Reservoir {
    filter: ExemplarFilter,
    buckets: Buckets,
    hasher: RandomState,
    /// By series and bucket.
    kept: Mutex<HashMap<(u64, usize), Kept>>,
}

impl Reservoir {
    pub(super) fn new(filter: ExemplarFilter, buckets: Buckets, hasher: RandomState) -> Self {
        Self { filter, buckets, hasher, kept: Mutex::default() }
    }

    /// Keeps a measurement that has been made in the current context, if the filter lets it. Outside a
    /// sampled span that is one look at the context: nothing is allocated, locked or copied.
    pub(crate) fn offer(&self, value: Value, attributes: &[KeyValue]) {
        let Some((trace_id, span_id)) = self.eligible() else { return };
        let number = match value {
            Value::AsDouble(number) => number,
            Value::AsInt(number) => number as f64,
        };
        // The SDK counts neither.
        if !number.is_finite() {
            return;
        }
        let kept = Kept { value, time: now(), trace_id, span_id };
        let key = (series(attributes, &self.hasher), self.buckets.of(number));
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < CAPACITY || all.contains_key(&key) {
            all.insert(key, kept);
        }
    }

    fn eligible(&self) -> Option<(TraceId, SpanId)> {
        Context::map_current(|context| {
            let span = context.span();
            let span = span.span_context();
            let takes = match self.filter {
                ExemplarFilter::TraceBased => span.is_sampled(),
                ExemplarFilter::AlwaysOn => true,
                ExemplarFilter::AlwaysOff => false,
            };
            takes.then(|| (span.trace_id(), span.span_id()))
        })
    }

    /// Takes out what was measured up to this time, by series.
    pub(super) fn take(&self, until: u64) -> HashMap<u64, Vec<Exemplar>> {
        let mut taken: HashMap<u64, Vec<Exemplar>> = HashMap::new();
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(series, _), kept| {
            let is_due = kept.time <= until;
            if is_due {
                taken.entry(*series).or_default().push(kept.exemplar());
            }
            !is_due
        });
        taken
    }
}

impl Kept {
    /// A point has all attributes that its measurements had, so none are left to be told here.
    fn exemplar(&self) -> Exemplar {
        let trace_id = Some(self.trace_id).filter(|id| *id != TraceId::INVALID);
        let span_id = Some(self.span_id).filter(|id| *id != SpanId::INVALID);
        Exemplar {
            filtered_attributes: Vec::new(),
            time_unix_nano: self.time,
            span_id: span_id.map(|id| id.to_bytes().to_vec()).unwrap_or_default(),
            trace_id: trace_id.map(|id| id.to_bytes().to_vec()).unwrap_or_default(),
            value: Some(self.value),
        }
    }
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
