//! Services that record spans with the SDK and send them with its exporters.

use std::time::Duration;

use opentelemetry::{
    Context, KeyValue,
    trace::{
        Link, Span, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt, Tracer, TracerProvider,
    },
};
use opentelemetry_otlp::{Compression, SpanExporter, WithExportConfig, WithTonicConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{InMemorySpanExporter, SdkTracerProvider, SpanExporter as _},
};
use throughline::viewer::{Limits, Viewer};

pub const ANY: std::net::SocketAddr =
    std::net::SocketAddr::V4(std::net::SocketAddrV4::new(std::net::Ipv4Addr::LOCALHOST, 0));

pub async fn viewer() -> Viewer {
    Viewer::start(ANY, ANY, ANY).await.unwrap()
}

pub async fn small_viewer(limits: Limits) -> Viewer {
    Viewer::start_with_limits(ANY, ANY, ANY, limits).await.unwrap()
}

/// One process of a service, which keeps its spans until they are sent.
pub struct Process {
    resource: Resource,
    finished: InMemorySpanExporter,
    provider: SdkTracerProvider,
}

impl Process {
    pub fn of(service: &'static str, instance: &'static str) -> Self {
        let resource = Resource::builder_empty()
            .with_service_name(service)
            .with_attribute(KeyValue::new("service.instance.id", instance))
            .build();
        let finished = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.clone())
            .with_simple_exporter(finished.clone())
            .build();
        Self { resource, finished, provider }
    }

    /// Records a span below `parent`, and returns its context.
    pub fn span(&self, parent: &Context, builder: SpanBuilder) -> Context {
        self.ended(parent, builder, Status::Unset)
    }

    /// Records a span that failed.
    pub fn failed(&self, parent: &Context, builder: SpanBuilder, why: &'static str) -> Context {
        self.ended(parent, builder, Status::error(why))
    }

    fn ended(&self, parent: &Context, builder: SpanBuilder, status: Status) -> Context {
        let mut span = self.provider.tracer("test.scope").build_with_context(builder, parent);
        span.set_status(status);
        let context = parent.with_span(span);
        context.span().end();
        context
    }

    pub async fn send_grpc(&self, viewer: &Viewer, compression: Option<Compression>) {
        let mut builder =
            SpanExporter::builder().with_tonic().with_endpoint(format!("http://{}", viewer.otlp_grpc()));
        if let Some(compression) = compression {
            builder = builder.with_compression(compression);
        }
        self.send(builder.build().unwrap()).await;
    }

    pub async fn send_http(&self, viewer: &Viewer) {
        let endpoint = format!("http://{}/v1/traces", viewer.otlp_http());
        let builder = SpanExporter::builder().with_http().with_endpoint(endpoint);
        self.send(builder.with_timeout(Duration::from_secs(10)).build().unwrap()).await;
    }

    async fn send(&self, mut exporter: SpanExporter) {
        exporter.set_resource(&self.resource);
        exporter.export(self.finished.get_finished_spans().unwrap()).await.unwrap();
        self.finished.reset();
    }
}

pub fn named(name: &'static str, kind: SpanKind) -> SpanBuilder {
    SpanBuilder::from_name(name).with_kind(kind)
}

pub fn linked(name: &'static str, kind: SpanKind, to: SpanContext) -> SpanBuilder {
    named(name, kind).with_links(vec![Link::with_context(to)])
}

pub fn trace_id(context: &Context) -> String {
    context.span().span_context().trace_id().to_string()
}

pub fn span_id(context: &Context) -> String {
    context.span().span_context().span_id().to_string()
}
