//! OTLP over gRPC.

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
use tokio::net::TcpListener;
use tonic::{
    Request, Response, Status, async_trait,
    codec::CompressionEncoding::Gzip,
    transport::{Error, Server, server::TcpIncoming},
};

use super::{
    Store,
    otlp::{self, MAX_REQUEST},
};

pub(super) async fn serve(listener: TcpListener, store: Store) -> Result<(), Error> {
    let traces = TraceServiceServer::new(Collector(store.clone()));
    let metrics = MetricsServiceServer::new(Collector(store.clone()));
    let logs = LogsServiceServer::new(Collector(store));
    Server::builder()
        .add_service(traces.accept_compressed(Gzip).max_decoding_message_size(MAX_REQUEST))
        .add_service(metrics.accept_compressed(Gzip).max_decoding_message_size(MAX_REQUEST))
        .add_service(logs.accept_compressed(Gzip).max_decoding_message_size(MAX_REQUEST))
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await
}

struct Collector(Store);

#[async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        Ok(Response::new(otlp::traces(&self.0, request.into_inner())))
    }
}

#[async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        Ok(Response::new(otlp::metrics(&self.0, request.into_inner())))
    }
}

#[async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        Ok(Response::new(otlp::logs(&self.0, request.into_inner())))
    }
}
