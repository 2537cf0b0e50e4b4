//! OTLP over https: whom to trust, and who this process is to the collector.

use std::sync::Arc;

use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_otlp::tonic_types::transport::{Certificate, ClientTlsConfig, Identity};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::{
    environment::Environment,
    otlp::settings::{OtlpSettings, TlsFiles},
};

/// An HTTP client that speaks TLS.
pub(crate) type HttpsClient = HyperClient<HttpsConnector<hyper_util::client::legacy::connect::HttpConnector>>;

/// The PEM texts of the files. One that cannot be read is said and left out: without a trusted
/// certificate the system's roots decide, so no trust is gained by a mistake.
struct Pem {
    certificate: Option<Vec<u8>>,
    identity: Option<(Vec<u8>, Vec<u8>)>,
}

impl Pem {
    fn read(files: &TlsFiles, environment: &mut Environment) -> Self {
        let mut read = |variable: &str, path: &Option<String>, is_valid: fn(&[u8]) -> bool| {
            let path = path.as_ref()?;
            let text = std::fs::read(path).ok().filter(|text| is_valid(text));
            if text.is_none() {
                let variable = format!("OTEL_EXPORTER_OTLP_{variable}");
                environment.warn(&variable, path, "a readable PEM file of that kind", "it is left out");
            }
            text
        };
        let certificate = read("CERTIFICATE", &files.certificate, has_certificate);
        let client = read("CLIENT_CERTIFICATE", &files.client_certificate, has_certificate);
        let key = read("CLIENT_KEY", &files.client_key, |text| PrivateKeyDer::from_pem_slice(text).is_ok());
        if client.is_some() != key.is_some() {
            environment.note(
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY are of use \
                 together only: no client certificate is shown to the collector"
                    .to_owned(),
            );
        }
        Self { certificate, identity: client.zip(key) }
    }
}

fn has_certificate(text: &[u8]) -> bool {
    certificates(text).is_some_and(|found| !found.is_empty())
}

fn certificates(text: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    CertificateDer::pem_slice_iter(text).collect::<Result<_, _>>().ok()
}

pub(crate) fn grpc(settings: &OtlpSettings, environment: &mut Environment) -> Option<ClientTlsConfig> {
    settings.is_https().then_some(())?;
    let pem = Pem::read(&settings.tls, environment);
    let config = match pem.certificate {
        Some(text) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(text)),
        None => ClientTlsConfig::new().with_native_roots(),
    };
    Some(match pem.identity {
        Some((certificate, key)) => config.identity(Identity::from_pem(certificate, key)),
        None => config,
    })
}

/// `Some(None)` where plain HTTP does; `None` where TLS cannot be had.
pub(crate) fn http_client(
    settings: &OtlpSettings,
    environment: &mut Environment,
) -> Option<Option<HttpsClient>> {
    if !settings.is_https() {
        return Some(None);
    }
    let config = client_config(&settings.tls, environment);
    let config = config
        .map_err(|error| environment.note(format!("TLS to the collector: {error}. Nothing is exported")))
        .ok()?;
    let connector = HttpsConnectorBuilder::new().with_tls_config(config).https_only().enable_http1().build();
    Some(Some(HyperClient::new(connector, settings.timeout, None)))
}

fn client_config(files: &TlsFiles, environment: &mut Environment) -> Result<ClientConfig, rustls::Error> {
    let pem = Pem::read(files, environment);
    let mut roots = RootCertStore::empty();
    let trusted = match &pem.certificate {
        Some(text) => certificates(text).unwrap_or_default(),
        // Errors are those of single files in the system's store: what else it holds will do.
        None => rustls_native_certs::load_native_certs().certs,
    };
    roots.add_parsable_certificates(trusted);
    // Named, since another crate of the process may have brought a second provider into its tree.
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let Some((certificate, key)) = pem.identity else { return Ok(builder.with_no_client_auth()) };
    let key = PrivateKeyDer::from_pem_slice(&key)
        .map_err(|error| rustls::Error::General(format!("the client's key: {error}")))?;
    builder.with_client_auth_cert(certificates(&certificate).unwrap_or_default(), key)
}
