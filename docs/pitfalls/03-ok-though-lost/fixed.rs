//! Counts what the exporter could not deliver, since nobody else does.
#![allow(clippy::print_stdout, reason = "what it says is what it is about")]

use std::sync::atomic::{AtomicUsize, Ordering};

use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{SdkTracerProvider, SpanData, SpanExporter},
};

static LOST: AtomicUsize = AtomicUsize::new(0);

#[derive(Debug)]
struct Counted<E>(E);

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.0.export(batch).await.inspect_err(|_| _ = LOST.fetch_add(spans, Ordering::Relaxed))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let exporter = Counted(pitfalls::span_exporter()?);
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let tracer = provider.tracer("shop");
    (0..10).for_each(|_| tracer.in_span("place order", |_| {}));
    provider.shutdown()?;
    println!("lost {} of 10 spans", LOST.load(Ordering::Relaxed));
    Ok(())
}
