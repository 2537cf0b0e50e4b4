//! The handle from which every edge is made. It never reads a global, so that tests run side by
//! side, each with providers of its own.

use std::{future::Future, sync::Arc};

use opentelemetry::{
    Context,
    context::FutureExt,
    trace::{Link, SpanBuilder, SpanKind, TraceContextExt, Tracer, TracerProvider},
};
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::{
    hop::instrumentation_scope,
    logs::filter::{LogFilter, LogFilterError},
    metrics::meters::Meters,
    names,
    propagation::{self, Propagator, TraceContext},
    unrecorded,
};

/// Everything that a service needs to be observed; cheap to clone, made by [`init`](crate::init).
///
/// Edges are made from it, each in one line: [`http_layer`](Self::http_layer),
/// [`grpc_layer`](Self::grpc_layer), [`grpc_client`](Self::grpc_client), [`postgres`](Self::postgres),
/// [`redis`](Self::redis), [`producer`](Self::producer), [`consumer`](Self::consumer).
#[derive(Clone)]
pub struct Telemetry {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub tracers: SdkTracerProvider,
    pub meters: Meters,
    pub propagator: Propagator,
    /// False under `OTEL_SDK_DISABLED`: no spans, while contexts still pass through.
    pub enabled: bool,
    pub log_filter: LogFilter,
}

impl Telemetry {
    /// The context that runs now, to be stored and resumed by another process or at another time:
    /// an outbox row, a job. Empty outside a trace.
    pub fn capture(&self) -> TraceContext {
        let mut context = TraceContext::default();
        self.inner.propagator.inject_context(&Context::current(), &mut context);
        context
    }

    /// Runs `work` in a trace of its own that links to each of the requests it works for. A batch
    /// has no parent: it belongs to all of them alike. The span is `INTERNAL` and called `name`.
    pub async fn batch<F: Future>(
        &self,
        name: &'static str,
        contexts: &[TraceContext],
        work: F,
    ) -> F::Output {
        let Some(context) = self.batch_context(name, contexts) else { return work.await };
        let _ends = EndOnDrop(context.clone());
        work.with_context(context).await
    }

    fn batch_context(&self, name: &'static str, contexts: &[TraceContext]) -> Option<Context> {
        if !self.inner.enabled {
            return None;
        }
        let links = contexts
            .iter()
            .filter_map(|stored| link_to(&propagation::extract(&self.inner.propagator, stored)));
        let builder = SpanBuilder::from_name(name).with_kind(SpanKind::Internal).with_links(links.collect());
        let tracer = self.inner.tracers.tracer_with_scope(instrumentation_scope(names::SCOPE_INTERNAL));
        let root = Context::new();
        Some(root.with_span(tracer.build_with_context(builder, &root)))
    }

    /// Runs `future` without spans: what polls or probes all day would bury everything else.
    /// Durations are measured and logs are written as always.
    pub fn unrecorded<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        unrecorded::unrecorded(future)
    }

    /// What is logged now, in the syntax of `RUST_LOG`.
    pub fn log_filter(&self) -> String {
        self.inner.log_filter.get()
    }

    /// Changes what is logged, at once and for the whole process.
    ///
    /// # Errors
    /// When `filter` is not in the syntax of `RUST_LOG`, or when this handle does not own the
    /// process's logs (a test's); what was logged before is logged still.
    pub fn set_log_filter(&self, filter: &str) -> Result<(), LogFilterError> {
        self.inner.log_filter.set(filter)
    }
}

/// A link to the span that `context` carries, if it carries one.
pub(crate) fn link_to(context: &Context) -> Option<Link> {
    let span_context = context.span().span_context().clone();
    span_context.is_valid().then(|| Link::with_context(span_context))
}

/// Ends a span also when its future is dropped half-way.
struct EndOnDrop(Context);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.span().end();
    }
}
