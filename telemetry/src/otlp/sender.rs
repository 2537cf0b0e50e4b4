//! Sends one request of metrics to the collector.

mod grpc;
mod http;

use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest,
};

use crate::{
    names,
    otlp::{builders::Transport, retry::Failure, settings::OtlpSettings},
};

/// Who sends, as the specification asks an exporter to say.
const USER_AGENT: &str = concat!("Throughline-OTLP-Exporter-Rust/", env!("CARGO_PKG_VERSION"));

#[derive(Debug)]
pub(crate) struct MetricSender {
    protocol: Protocol,
    timeout: Duration,
    address: Vec<KeyValue>,
}

#[derive(Debug)]
enum Protocol {
    Grpc(grpc::GrpcSender),
    Http(http::HttpSender),
}

impl MetricSender {
    pub(crate) fn new(settings: &OtlpSettings, transport: Transport) -> Result<Self, ExporterBuildError> {
        let protocol = match transport {
            Transport::Grpc(grpc) => Protocol::Grpc(grpc::GrpcSender::new(settings, grpc)?),
            Transport::Http(http) => Protocol::Http(http::HttpSender::new(settings, http)?),
        };
        Ok(Self { protocol, timeout: settings.timeout, address: address(settings) })
    }

    /// For one export, with all its attempts.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The conventions' name of an exporter that sends so.
    pub(crate) fn component(&self) -> &'static str {
        match self.protocol {
            Protocol::Grpc(_) => "otlp_grpc_metric_exporter",
            Protocol::Http(_) => "otlp_http_metric_exporter",
        }
    }

    /// `server.address` and `server.port`.
    pub(crate) fn address(&self) -> &[KeyValue] {
        &self.address
    }

    /// One attempt. What the collector rejects of a request that it took is in the answer, and must not be
    /// sent again.
    pub(crate) async fn send(
        &self,
        request: &ExportMetricsServiceRequest,
    ) -> Result<Option<ExportMetricsPartialSuccess>, Failure> {
        let response = match &self.protocol {
            Protocol::Grpc(sender) => sender.send(request).await,
            Protocol::Http(sender) => sender.send(request).await,
        };
        Ok(response?.partial_success)
    }
}

fn address(settings: &OtlpSettings) -> Vec<KeyValue> {
    let Ok(uri) = settings.endpoint.parse::<::http::Uri>() else { return Vec::new() };
    let Some(host) = uri.host() else { return Vec::new() };
    let port = uri.port_u16().unwrap_or(if settings.is_https() { 443 } else { 80 });
    vec![
        KeyValue::new(names::SERVER_ADDRESS, host.to_owned()),
        KeyValue::new(names::SERVER_PORT, i64::from(port)),
    ]
}
