//! What one instrument keeps, and what not.

use std::hash::RandomState;

use opentelemetry::{
    Context, ContextGuard, KeyValue, SpanId, TraceFlags, TraceId,
    trace::{SpanContext, TraceContextExt, TraceState},
};
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value;

use super::{Buckets, CAPACITY, Reservoir};
use crate::metrics::exemplars::ExemplarFilter;

fn inside(flags: TraceFlags) -> ContextGuard {
    let (trace_id, span_id) = (TraceId::from(7_u128), SpanId::from(7_u64));
    let span = SpanContext::new(trace_id, span_id, flags, true, TraceState::NONE);
    Context::new().with_remote_span_context(span).attach()
}

fn reservoir(buckets: Buckets) -> Reservoir {
    Reservoir::new(ExemplarFilter::TraceBased, buckets, RandomState::new())
}

fn count(reservoir: &Reservoir) -> usize {
    reservoir.take(u64::MAX).values().map(Vec::len).sum()
}

#[test]
fn it_holds_no_more_than_its_capacity_and_goes_on_with_what_it_has() {
    let reservoir = reservoir(Buckets::One);
    let _span = inside(TraceFlags::SAMPLED);
    let offer = |series: usize, value| {
        reservoir.offer(Value::AsInt(value), &[KeyValue::new("series", series as i64)]);
    };
    (0..10 * CAPACITY).for_each(|series| offer(series, 1));
    offer(0, 2);
    let kept = reservoir.take(u64::MAX);
    assert_eq!(kept.values().map(Vec::len).sum::<usize>(), CAPACITY);
    assert!(kept.values().flatten().any(|exemplar| exemplar.value == Some(Value::AsInt(2))));
    offer(CAPACITY, 1);
    assert_eq!(count(&reservoir), 1, "there is room again");
}

#[test]
fn what_no_span_or_no_sampled_one_measures_is_not_looked_at() {
    let reservoir = reservoir(Buckets::One);
    reservoir.offer(Value::AsInt(1), &[]);
    let _span = inside(TraceFlags::default());
    reservoir.offer(Value::AsInt(1), &[]);
    assert_eq!(count(&reservoir), 0);
    assert_eq!(reservoir.kept.into_inner().unwrap_or_default().capacity(), 0, "nothing was allocated");
}

#[test]
fn attributes_are_a_set_and_numbers_that_are_none_are_left_out() {
    let reservoir = reservoir(Buckets::One);
    let _span = inside(TraceFlags::SAMPLED);
    let (a, b) = (KeyValue::new("a", 1), KeyValue::new("b", 2));
    reservoir.offer(Value::AsInt(1), &[a.clone(), b.clone()]);
    reservoir.offer(Value::AsInt(2), &[b, a]);
    reservoir.offer(Value::AsDouble(f64::NAN), &[]);
    assert_eq!(count(&reservoir), 1);
}

#[test]
fn what_is_measured_after_the_collection_waits_for_the_next() {
    let reservoir = reservoir(Buckets::One);
    let _span = inside(TraceFlags::SAMPLED);
    let before = super::now() - 1;
    reservoir.offer(Value::AsInt(1), &[]);
    assert!(reservoir.take(before).is_empty());
    assert_eq!(count(&reservoir), 1);
}

#[test]
fn a_boundary_belongs_to_the_bucket_below_it() {
    let explicit = Buckets::Explicit(vec![1.0, 5.0]);
    assert_eq!([0.0, 1.0, 1.5, 5.0, 6.0].map(|value| explicit.of(value)), [0, 0, 1, 1, 2]);
    let powers = Buckets::PowersOfTwo;
    assert_eq!(powers.of(1.0), powers.of(1.9));
    assert_ne!(powers.of(1.9), powers.of(2.0));
}
