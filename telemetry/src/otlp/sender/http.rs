//! Over HTTP with protobuf bodies.

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use flate2::{Compression, write::GzEncoder};
use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri,
    header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER},
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, hyper::HyperClient};
use opentelemetry_otlp::ExporterBuildError;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use prost::Message;
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use super::USER_AGENT;
use crate::{
    error_type,
    otlp::{
        builders::Http,
        retry::{Again, Failure},
        settings::OtlpSettings,
    },
};

const PROTOBUF: HeaderValue = HeaderValue::from_static("application/x-protobuf");

#[derive(Debug)]
pub(super) struct HttpSender {
    client: Arc<dyn HttpClient>,
    address: Uri,
    headers: HeaderMap,
    gzip: bool,
}

impl HttpSender {
    pub(super) fn new(settings: &OtlpSettings, http: Http) -> Result<Self, ExporterBuildError> {
        let wrong = |error| ExporterBuildError::InvalidConfiguration(format!("endpoint: {error}"));
        let address = settings.endpoint.parse().map_err(|error: http::uri::InvalidUri| wrong(error))?;
        Ok(Self {
            client: client(settings, http),
            address,
            headers: headers(settings),
            gzip: settings.compression.is_some(),
        })
    }

    pub(super) async fn send(
        &self,
        request: &ExportMetricsServiceRequest,
    ) -> Result<ExportMetricsServiceResponse, Failure> {
        let request = self.request(request).map_err(|error| Failure {
            error_type: "encoding".into(),
            reason: error.to_string(),
            again: Again::Never,
        })?;
        let response = self.client.send_bytes(request).await.map_err(|error| no_answer(&error))?;
        if !response.status().is_success() {
            return Err(refused(&response));
        }
        // An answer that cannot be read is that of a collector that took everything.
        Ok(ExportMetricsServiceResponse::decode(response.into_body()).unwrap_or_default())
    }

    fn request(&self, request: &ExportMetricsServiceRequest) -> io::Result<Request<Bytes>> {
        let mut body = request.encode_to_vec();
        if self.gzip {
            body = gzipped(&body)?;
        }
        let mut request = Request::new(Bytes::from(body));
        *request.method_mut() = http::Method::POST;
        *request.uri_mut() = self.address.clone();
        *request.headers_mut() = self.headers.clone();
        Ok(request)
    }
}

fn client(settings: &OtlpSettings, http: Http) -> Arc<dyn HttpClient> {
    #[cfg(feature = "tls")]
    if let Some(client) = http.client {
        return Arc::new(client);
    }
    #[cfg(not(feature = "tls"))]
    let _ = http;
    Arc::new(HyperClient::with_default_connector(settings.timeout, None))
}

fn headers(settings: &OtlpSettings) -> HeaderMap {
    let own = settings.headers.iter().filter_map(|(name, value)| {
        Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))
    });
    let mut headers =
        HeaderMap::from_iter([(http::header::USER_AGENT, HeaderValue::from_static(USER_AGENT))]);
    headers.extend(own);
    headers.insert(CONTENT_TYPE, PROTOBUF);
    if settings.compression.is_some() {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers
}

fn gzipped(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn no_answer(error: &HttpError) -> Failure {
    let error_type = if error.is::<tokio::time::error::Elapsed>() {
        "timeout"
    } else {
        error_type::of_source(error.as_ref()).unwrap_or("no_answer")
    };
    Failure { error_type: error_type.into(), reason: error.to_string(), again: Again::Later }
}

fn refused(response: &Response<Bytes>) -> Failure {
    let status = response.status();
    let again = match status {
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => {
            let after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            after.and_then(delay).map_or(Again::Later, Again::After)
        }
        _ => Again::Never,
    };
    let reason = status.canonical_reason().unwrap_or("an unknown status").to_owned();
    Failure { error_type: status.as_str().to_owned().into(), reason, again }
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
fn delay(text: &str) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = OffsetDateTime::parse(text.trim(), &Rfc2822).ok()?;
    Some((date - OffsetDateTime::now_utc()).try_into().unwrap_or_default())
}
