//! Which members of the baggage are seen on spans.

use std::{sync::Arc, time::Duration};

use opentelemetry::{Context, KeyValue, baggage::BaggageExt, trace::Span as _};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanProcessor},
};

/// Copies the members on its list, and no others, to each span that starts: those of `tracing` too,
/// which know nothing of baggage. A sampler does not see them.
#[derive(Debug, Clone, Default)]
pub(crate) struct BaggageAttributes(Arc<[&'static str]>);

impl BaggageAttributes {
    pub(crate) fn of(keys: impl IntoIterator<Item = &'static str>) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl SpanProcessor for BaggageAttributes {
    fn on_start(&self, span: &mut Span, context: &Context) {
        for key in self.0.iter() {
            if let Some(value) = context.baggage().get(*key) {
                span.set_attribute(KeyValue::new(*key, value.clone()));
            }
        }
    }

    fn on_end(&self, _span: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}
