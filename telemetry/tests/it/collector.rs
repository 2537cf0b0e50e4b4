//! An OTLP collector that keeps what it gets, over gRPC and over HTTP, and can be told to be slow.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Bytes, routing::post};
use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::{
            ExportLogsServiceRequest, ExportLogsServiceResponse,
            logs_service_server::{LogsService, LogsServiceServer},
        },
        metrics::v1::{
            ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    logs::v1::LogRecord,
    trace::v1::Span,
};
use prost::Message;
use tokio::{net::TcpListener, sync::watch, time::timeout};
use tonic::{
    Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

use crate::recorded::PATIENCE;

#[derive(Debug, Default, Clone)]
pub struct Received {
    pub traces: Vec<ExportTraceServiceRequest>,
    pub logs: Vec<ExportLogsServiceRequest>,
    pub metrics: Vec<ExportMetricsServiceRequest>,
}

impl Received {
    pub fn spans(&self) -> Vec<&Span> {
        let scopes =
            self.traces.iter().flat_map(|request| &request.resource_spans).flat_map(|r| &r.scope_spans);
        scopes.flat_map(|scope| &scope.spans).collect()
    }

    pub fn span(&self, name: &str) -> &Span {
        self.spans().into_iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no span `{name}`"))
    }

    pub fn records(&self) -> Vec<&LogRecord> {
        let scopes = self.logs.iter().flat_map(|request| &request.resource_logs).flat_map(|r| &r.scope_logs);
        scopes.flat_map(|scope| &scope.log_records).collect()
    }

    pub fn metric_names(&self) -> Vec<&str> {
        let scopes =
            self.metrics.iter().flat_map(|request| &request.resource_metrics).flat_map(|r| &r.scope_metrics);
        scopes.flat_map(|scope| &scope.metrics).map(|metric| metric.name.as_str()).collect()
    }

    /// A text attribute of the resource that sent the first spans.
    pub fn resource(&self, key: &str) -> Option<String> {
        let resource = self.traces.first()?.resource_spans.first()?.resource.as_ref()?;
        string(&resource.attributes, key)
    }
}

pub fn string(attributes: &[KeyValue], key: &str) -> Option<String> {
    let found = attributes.iter().find(|attribute| attribute.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        Value::IntValue(number) => Some(number.to_string()),
        other => Some(format!("{other:?}")),
    }
}

pub fn body(record: &LogRecord) -> Option<&str> {
    match record.body.as_ref()? {
        AnyValue { value: Some(Value::StringValue(text)) } => Some(text),
        _ => None,
    }
}

/// The collector. It lives as long as the test's runtime.
#[derive(Clone)]
pub struct Collector {
    received: Arc<watch::Sender<Received>>,
    delay: Duration,
    address: String,
}

impl Collector {
    pub async fn grpc() -> Self {
        Self::slow(Duration::ZERO).await
    }

    /// Takes this long for each request.
    pub async fn slow(delay: Duration) -> Self {
        let (listener, collector) = Self::bind(delay).await;
        let server = Server::builder()
            .add_service(TraceServiceServer::new(collector.clone()))
            .add_service(LogsServiceServer::new(collector.clone()))
            .add_service(MetricsServiceServer::new(collector.clone()));
        telemetry::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
        collector
    }

    pub async fn http() -> Self {
        let (listener, collector) = Self::bind(Duration::ZERO).await;
        let (traces, logs, metrics) = (collector.clone(), collector.clone(), collector.clone());
        let app = Router::new()
            .route(
                "/v1/traces",
                post(async move |body: Bytes| {
                    traces.keep(|all| all.traces.push(ExportTraceServiceRequest::decode(body).unwrap()));
                }),
            )
            .route(
                "/v1/logs",
                post(async move |body: Bytes| {
                    logs.keep(|all| all.logs.push(ExportLogsServiceRequest::decode(body).unwrap()));
                }),
            )
            .route(
                "/v1/metrics",
                post(async move |body: Bytes| {
                    metrics.keep(|all| all.metrics.push(ExportMetricsServiceRequest::decode(body).unwrap()));
                }),
            );
        telemetry::spawn(async move { axum::serve(listener, app).await });
        collector
    }

    async fn bind(delay: Duration) -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        (listener, Self { received: Arc::new(watch::channel(Received::default()).0), delay, address })
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn received(&self) -> Received {
        self.received.borrow().clone()
    }

    pub async fn wait_for(&self, predicate: impl Fn(&Received) -> bool) -> Received {
        let mut received = self.received.subscribe();
        let waited = timeout(PATIENCE, received.wait_for(|all| predicate(all))).await;
        waited.expect("the collector got what the test waits for").unwrap().clone()
    }

    fn keep(&self, keep: impl FnOnce(&mut Received)) {
        self.received.send_modify(keep);
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        tokio::time::sleep(self.delay).await;
        self.keep(|all| all.traces.push(request.into_inner()));
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.keep(|all| all.logs.push(request.into_inner()));
        Ok(Response::new(Default::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.keep(|all| all.metrics.push(request.into_inner()));
        Ok(Response::new(Default::default()))
    }
}
