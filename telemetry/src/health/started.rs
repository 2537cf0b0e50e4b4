//! How many spans begin, those that nobody records too, and how many have not ended.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use opentelemetry::{
    Context, KeyValue,
    metrics::Meter,
    trace::{Link, SpanKind, TraceContextExt, TraceId},
};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use crate::{names, pipelines::balance::Balance};

const ORIGINS: [&str; 3] = ["none", "local", "remote"];
const DECISIONS: [&str; 3] = ["DROP", "RECORD_ONLY", "RECORD_AND_SAMPLE"];

type Counts = [[AtomicU64; 3]; 3];

/// A sampler whose decisions are counted: it is asked for every span.
#[derive(Debug, Clone)]
pub(crate) struct CountedSampler {
    inner: Box<dyn ShouldSample>,
    /// By origin of the parent, then by decision.
    started: Arc<Counts>,
}

impl CountedSampler {
    pub(crate) fn new(inner: Box<dyn ShouldSample>) -> Self {
        Self { inner, started: Arc::default() }
    }

    /// `otel.sdk.span.started` and `.live`.
    pub(crate) fn observe(&self, meter: &Meter, balance: &Arc<Balance>) {
        let started = Arc::clone(&self.started);
        let builder = meter.u64_observable_counter(names::SDK_SPAN_STARTED).with_unit("{span}");
        let observed =
            builder.with_description("Number of spans that began.").with_callback(move |observer| {
                for (origin, by_decision) in ORIGINS.iter().zip(&*started) {
                    for (decision, count) in DECISIONS.iter().zip(by_decision) {
                        let (count, origin) =
                            (count.load(Relaxed), KeyValue::new(names::OTEL_SPAN_PARENT_ORIGIN, *origin));
                        if count > 0 {
                            let decision = KeyValue::new(names::OTEL_SPAN_SAMPLING_RESULT, *decision);
                            observer.observe(count, &[origin, decision]);
                        }
                    }
                }
            });
        observed.build();
        let balance = Arc::clone(balance);
        let recorded = [KeyValue::new(names::OTEL_SPAN_SAMPLING_RESULT, DECISIONS[2])];
        let builder = meter.i64_observable_up_down_counter(names::SDK_SPAN_LIVE).with_unit("{span}");
        let observed = builder
            .with_description("Number of spans that have not ended.")
            .with_callback(move |observer| observer.observe(balance.live().cast_signed(), &recorded));
        observed.build();
    }
}

impl ShouldSample for CountedSampler {
    fn should_sample(
        &self,
        parent_context: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        span_kind: &SpanKind,
        attributes: &[KeyValue],
        links: &[Link],
    ) -> SamplingResult {
        let result = self.inner.should_sample(parent_context, trace_id, name, span_kind, attributes, links);
        let decision = match result.decision {
            SamplingDecision::Drop => 0,
            SamplingDecision::RecordOnly => 1,
            SamplingDecision::RecordAndSample => 2,
        };
        self.started[parent_context.map_or(0, origin)][decision].fetch_add(1, Relaxed);
        result
    }
}

fn origin(parent: &Context) -> usize {
    let span = parent.span();
    let span_context = span.span_context();
    match (span_context.is_valid(), span_context.is_remote()) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 2,
    }
}
