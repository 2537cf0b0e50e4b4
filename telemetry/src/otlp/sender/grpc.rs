//! Over gRPC.

use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse, metrics_service_client::MetricsServiceClient,
};
use tonic::{
    Code, Request, Status,
    codec::CompressionEncoding,
    metadata::MetadataMap,
    transport::{Channel, Endpoint},
};
use tonic_types::StatusExt;

use super::USER_AGENT;
use crate::{
    ErrorType,
    otlp::{
        builders::Grpc,
        retry::{Again, Failure},
        settings::OtlpSettings,
    },
};

#[derive(Debug)]
pub(super) struct GrpcSender {
    client: MetricsServiceClient<Channel>,
    metadata: MetadataMap,
}

impl GrpcSender {
    /// Connects when there is something to send, in the runtime in which it is made.
    pub(super) fn new(settings: &OtlpSettings, grpc: Grpc) -> Result<Self, ExporterBuildError> {
        let wrong = |what: &str, error: tonic::transport::Error| {
            ExporterBuildError::InvalidConfiguration(format!("{what}: {error}"))
        };
        let endpoint = Endpoint::from_shared(settings.endpoint.clone()).map_err(|e| wrong("endpoint", e))?;
        let endpoint = endpoint.user_agent(USER_AGENT).map_err(|error| wrong("user_agent", error))?;
        #[cfg(feature = "tls")]
        let endpoint = match grpc.tls {
            Some(tls) => endpoint.tls_config(tls).map_err(|error| wrong("tls_config", error))?,
            None => endpoint,
        };
        let client = MetricsServiceClient::new(endpoint.connect_lazy());
        let client = match settings.compression {
            Some(_) => client.send_compressed(CompressionEncoding::Gzip),
            None => client,
        };
        Ok(Self { client, metadata: grpc.metadata })
    }

    pub(super) async fn send(
        &self,
        request: &ExportMetricsServiceRequest,
    ) -> Result<ExportMetricsServiceResponse, Failure> {
        let mut request = Request::new(request.clone());
        *request.metadata_mut() = self.metadata.clone();
        let response = self.client.clone().export(request).await;
        response.map(tonic::Response::into_inner).map_err(|status| failure(&status))
    }
}

fn failure(status: &Status) -> Failure {
    Failure { error_type: status.error_type(), reason: status.message().to_owned(), again: again(status) }
}

/// The codes that the specification of OTLP lists.
fn again(status: &Status) -> Again {
    let delay = status.get_details_retry_info().and_then(|info| info.retry_delay);
    match (status.code(), delay) {
        (
            Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unavailable
            | Code::DataLoss,
            None,
        ) => Again::Later,
        (
            Code::Cancelled
            | Code::DeadlineExceeded
            | Code::Aborted
            | Code::OutOfRange
            | Code::Unavailable
            | Code::DataLoss
            // Only where the collector says when it will have recovered.
            | Code::ResourceExhausted,
            Some(delay),
        ) => Again::After(delay),
        _ => Again::Never,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tonic::{Code, Status};
    use tonic_types::{ErrorDetails, StatusExt};

    use super::again;
    use crate::otlp::retry::Again;

    #[test]
    fn the_codes_of_the_specification_are_tried_again_and_no_others() {
        let all = (0..=16).map(Code::from_i32);
        let tried = all.filter(|code| again(&Status::new(*code, "")) != Again::Never);
        let expected = [
            Code::Cancelled,
            Code::DeadlineExceeded,
            Code::Aborted,
            Code::OutOfRange,
            Code::Unavailable,
            Code::DataLoss,
        ];
        assert_eq!(tried.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_exhausted_collector_is_asked_again_when_it_says_so() {
        let delay = Duration::from_secs(2);
        for (code, expected) in [
            (Code::ResourceExhausted, Again::After(delay)),
            (Code::Unavailable, Again::After(delay)),
            (Code::PermissionDenied, Again::Never),
        ] {
            let details = ErrorDetails::with_retry_info(Some(delay));
            assert_eq!(again(&Status::with_error_details(code, "", details)), expected);
        }
    }
}
