//! Bounds the values of a span when it ends, before they wait in the queue.

use std::time::Duration;

use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    trace::{Span, SpanData, SpanProcessor},
};

use crate::{
    limits::{Cuts, cut},
    pipelines::batch_processor::BatchProcessor,
};

#[derive(Debug)]
pub(crate) struct BoundedSpans {
    pub inner: BatchProcessor<SpanData>,
    /// Characters of a value.
    pub length: usize,
    pub cuts: Cuts,
}

impl SpanProcessor for BoundedSpans {
    fn on_start(&self, span: &mut Span, context: &Context) {
        self.inner.on_start(span, context);
    }

    fn on_end(&self, mut span: SpanData) {
        let left_out = [span.dropped_attributes_count, span.events.dropped_count, span.links.dropped_count]
            .map(u64::from);
        let mut cuts = left_out.iter().sum();
        let events = span.events.events.iter_mut().map(|event| &mut event.attributes);
        let links = span.links.links.iter_mut().map(|link| &mut link.attributes);
        let all = [&mut span.attributes].into_iter().chain(events).chain(links).flatten();
        for attribute in all {
            cuts += bound(attribute, self.length);
        }
        self.cuts.add(cuts);
        self.inner.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }
}

/// How many texts were cut: of an array each for itself.
fn bound(attribute: &mut KeyValue, length: usize) -> u64 {
    match &mut attribute.value {
        Value::String(text) => bound_text(text, length),
        Value::Array(Array::String(texts)) => texts.iter_mut().map(|text| bound_text(text, length)).sum(),
        _ => 0,
    }
}

fn bound_text(text: &mut StringValue, length: usize) -> u64 {
    let Some(short) = cut(text.as_str(), length).map(str::to_owned) else { return 0 };
    *text = short.into();
    1
}
