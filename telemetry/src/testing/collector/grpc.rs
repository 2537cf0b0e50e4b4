//! OTLP over gRPC.

use axum::Router;
use opentelemetry_proto::tonic::collector::{
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
};
use tonic::{Request, Response, Status, codec::CompressionEncoding::Gzip, service::Routes};

use super::Collector;

/// A batch of any size: a test of how large they are must not be cut off by tonic's 4 MiB.
pub(super) fn routes(collector: &Collector) -> Router {
    let traces = TraceServiceServer::new(collector.clone())
        .accept_compressed(Gzip)
        .max_decoding_message_size(usize::MAX);
    let logs = LogsServiceServer::new(collector.clone())
        .accept_compressed(Gzip)
        .max_decoding_message_size(usize::MAX);
    let metrics = MetricsServiceServer::new(collector.clone())
        .accept_compressed(Gzip)
        .max_decoding_message_size(usize::MAX);
    Routes::new(traces).add_service(logs).add_service(metrics).prepare().into_axum_router()
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        Ok(Response::new(self.traces(request.into_inner())))
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        Ok(Response::new(self.logs(request.into_inner())))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        Ok(Response::new(self.metrics(request.into_inner())))
    }
}
