//! W3C trace context with a hole in it.

use opentelemetry::{
    Context,
    propagation::{Extractor, Injector, TextMapPropagator, text_map_propagator::FieldIter},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::Cut;

#[derive(Debug)]
pub struct Severed {
    whole: TraceContextPropagator,
    cut: Cut,
}

impl Severed {
    pub fn new(cut: Cut) -> Self {
        Self { whole: TraceContextPropagator::new(), cut }
    }
}

impl TextMapPropagator for Severed {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        if self.cut != Cut::Outgoing {
            self.whole.inject_context(context, injector);
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let lost = match self.cut {
            Cut::Nothing | Cut::Outgoing => false,
            Cut::Incoming => true,
            Cut::Stored => !is_request(extractor),
        };
        if lost { context.clone() } else { self.whole.extract_with_context(context, extractor) }
    }

    fn fields(&self) -> FieldIter<'_> {
        self.whole.fields()
    }
}

/// A request has more headers than those of a trace.
fn is_request(extractor: &dyn Extractor) -> bool {
    extractor.keys().iter().any(|key| key.eq_ignore_ascii_case("content-type"))
}
