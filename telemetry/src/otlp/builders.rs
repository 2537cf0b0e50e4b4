//! The SDK's exporters of spans and logs for each protocol, with their settings applied.

use std::collections::HashMap;

use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
    WithTonicConfig, tonic_types::metadata::MetadataMap,
};

use crate::{environment::Environment, otlp::settings::OtlpSettings};

/// What differs between the protocols.
pub(crate) enum Transport {
    Grpc(Grpc),
    Http(Http),
}

pub(crate) struct Grpc {
    pub metadata: MetadataMap,
    #[cfg(feature = "tls")]
    pub tls: Option<opentelemetry_otlp::tonic_types::transport::ClientTlsConfig>,
}

pub(crate) struct Http {
    /// As the SDK takes them.
    headers: HashMap<String, String>,
    #[cfg(feature = "tls")]
    pub client: Option<crate::otlp::tls::HttpsClient>,
}

impl Transport {
    /// `None` where the endpoint needs TLS and there is none.
    pub(crate) fn new(settings: &OtlpSettings, environment: &mut Environment) -> Option<Self> {
        #[cfg(not(feature = "tls"))]
        if settings.is_https() {
            let warning = "https needs the cargo feature `tls` of the crate telemetry: nothing is exported";
            environment.note(warning.to_owned());
            return None;
        }
        if settings.http {
            return Some(Self::Http(Http {
                headers: encoded_headers(settings),
                #[cfg(feature = "tls")]
                client: crate::otlp::tls::http_client(settings, environment)?,
            }));
        }
        Some(Self::Grpc(Grpc {
            metadata: metadata(settings, environment),
            #[cfg(feature = "tls")]
            tls: crate::otlp::tls::grpc(settings, environment),
        }))
    }
}

fn metadata(settings: &OtlpSettings, environment: &mut Environment) -> MetadataMap {
    let headers: HashMap<String, String> = settings.headers.iter().cloned().collect();
    let headers = (&headers).try_into().unwrap_or_else(|_| {
        let warning =
            "OTEL_EXPORTER_OTLP_HEADERS has a name or a value that no header can have: all are left out";
        environment.note(warning.to_owned());
        Default::default()
    });
    MetadataMap::from_headers(headers)
}

/// The SDK decodes the values that it is given once more.
fn encoded_headers(settings: &OtlpSettings) -> HashMap<String, String> {
    settings.headers.iter().map(|(name, value)| (name.clone(), value.replace('%', "%25"))).collect()
}

pub(crate) fn spans(
    settings: &OtlpSettings,
    transport: Transport,
) -> Result<SpanExporter, ExporterBuildError> {
    let builder = SpanExporter::builder();
    match transport {
        Transport::Grpc(grpc) => over_grpc(builder.with_tonic(), settings, grpc).build(),
        Transport::Http(http) => over_http(builder.with_http(), settings, http).build(),
    }
}

pub(crate) fn logs(settings: &OtlpSettings, transport: Transport) -> Result<LogExporter, ExporterBuildError> {
    let builder = LogExporter::builder();
    match transport {
        Transport::Grpc(grpc) => over_grpc(builder.with_tonic(), settings, grpc).build(),
        Transport::Http(http) => over_http(builder.with_http(), settings, http).build(),
    }
}

fn over_grpc<B: WithExportConfig + WithTonicConfig>(builder: B, settings: &OtlpSettings, grpc: Grpc) -> B {
    let builder =
        builder.with_endpoint(&settings.endpoint).with_timeout(settings.timeout).with_metadata(grpc.metadata);
    #[cfg(feature = "tls")]
    let builder = match grpc.tls {
        Some(tls) => builder.with_tls_config(tls),
        None => builder,
    };
    match settings.compression {
        Some(compression) => builder.with_compression(compression),
        None => builder,
    }
}

fn over_http<B: WithExportConfig + WithHttpConfig>(builder: B, settings: &OtlpSettings, http: Http) -> B {
    let builder = builder
        .with_endpoint(&settings.endpoint)
        .with_timeout(settings.timeout)
        .with_protocol(Protocol::HttpBinary)
        .with_headers(http.headers);
    #[cfg(feature = "tls")]
    let builder = match http.client {
        Some(client) => builder.with_http_client(client),
        None => builder,
    };
    match settings.compression {
        Some(compression) => builder.with_compression(compression),
        None => builder,
    }
}
