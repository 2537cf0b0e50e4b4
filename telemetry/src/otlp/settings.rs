//! `OTEL_EXPORTER_OTLP_*`: for each signal its own variable wins over the general one. The SDK reads most of
//! them too; here an empty one counts as unset, what makes no sense is said, and all is known that
//! the line at the start says.

use std::{fmt, time::Duration};

use opentelemetry_otlp::Compression;

use crate::{
    environment::{Environment, effective_settings::masked, key_value_list},
    health::{Component, operations::ExporterIdentity},
    pipelines::export_error::Status,
    signal::Signal,
};

const TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub(crate) struct OtlpSettings {
    pub endpoint: String,
    /// `http/protobuf`; gRPC otherwise.
    pub http: bool,
    pub compression: Option<Compression>,
    pub timeout: Duration,
    pub headers: Vec<(String, String)>,
    pub tls: TlsFiles,
}

/// Paths of PEM files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// Whom to trust, instead of the system's roots.
    pub certificate: Option<String>,
    pub client_certificate: Option<String>,
    pub client_key: Option<String>,
}

impl OtlpSettings {
    pub(crate) fn read(signal: Signal, environment: &mut Environment) -> Self {
        let http = choice(signal, "PROTOCOL", &["grpc", "http/protobuf"], environment) == "http/protobuf";
        let gzip = choice(signal, "COMPRESSION", &["none", "gzip"], environment) == "gzip";
        let timeouts = signal.otlp_variables("TIMEOUT");
        Self {
            endpoint: endpoint(signal, http, environment),
            http,
            compression: gzip.then_some(Compression::Gzip),
            timeout: environment.timeout(&timeouts.each_ref().map(String::as_str), TIMEOUT),
            headers: headers(signal, environment),
            tls: TlsFiles {
                certificate: value(signal, "CERTIFICATE", environment).map(|(_, path)| path),
                client_certificate: value(signal, "CLIENT_CERTIFICATE", environment).map(|(_, path)| path),
                client_key: value(signal, "CLIENT_KEY", environment).map(|(_, path)| path),
            },
        }
    }

    pub(crate) fn is_https(&self) -> bool {
        self.endpoint.starts_with("https:")
    }

    /// Which exporter this makes, as the conventions call it: `otlp_grpc_` and `kind`.
    pub(crate) fn identity(&self, kind: &str) -> ExporterIdentity {
        let (protocol, success) =
            if self.http { ("http", Status::Http(200)) } else { ("grpc", Status::Grpc("OK".to_owned())) };
        let component = Component::new(&format!("otlp_{protocol}_{kind}"));
        let component = match self.server() {
            Some(server) => component.with_server(server),
            None => component,
        };
        ExporterIdentity { component, success: Some(success) }
    }

    /// Host and port of the endpoint.
    fn server(&self) -> Option<(String, u16)> {
        let (scheme, rest) = self.endpoint.split_once("://")?;
        let authority = rest.split(['/', '?']).next()?;
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
            _ => (authority, if scheme == "https" { 443 } else { 80 }),
        };
        Some((host.trim_matches(['[', ']']).to_owned(), port))
    }
}

/// An address, not `localhost`, which a collector that listens on IPv4 alone may not be reached by.
pub(crate) fn default_endpoint(signal: Signal, http: bool) -> String {
    if http { format!("http://127.0.0.1:4318{}", signal.path) } else { "http://127.0.0.1:4317".to_owned() }
}

fn value(signal: Signal, name: &str, environment: &Environment) -> Option<(String, String)> {
    environment.first(&signal.otlp_variables(name).each_ref().map(String::as_str))
}

/// The first of `allowed` is the default.
fn choice(
    signal: Signal,
    name: &str,
    allowed: &[&'static str],
    environment: &mut Environment,
) -> &'static str {
    let names = signal.otlp_variables(name);
    environment.choice(&names.each_ref().map(String::as_str), allowed, allowed[0])
}

/// Over HTTP the general address is the base of the signal's path, and the signal's own is taken as it
/// is. Over gRPC an address without a scheme is https, unless `OTEL_EXPORTER_OTLP_INSECURE` says
/// otherwise.
fn endpoint(signal: Signal, http: bool, environment: &mut Environment) -> String {
    let Some((name, value)) = value(signal, "ENDPOINT", environment) else {
        return default_endpoint(signal, http);
    };
    let value = without_user(&name, value, environment);
    let own = name.contains(signal.variable);
    match (value.contains("://"), http) {
        (true, true) if !own => format!("{}{}", value.trim_end_matches('/'), signal.path),
        (true, _) => value,
        (false, true) => {
            let default = default_endpoint(signal, http);
            let allowed = "an address such as http://127.0.0.1:4318";
            environment.warn(&name, &masked(&value), allowed, &format!("{default} is used"));
            default
        }
        (false, false) => {
            let insecure = choice(signal, "INSECURE", &["false", "true"], environment) == "true";
            format!("{}://{value}", if insecure { "http" } else { "https" })
        }
    }
}

/// Nobody sends the user and the password of an address, but the HTTP client logs them at its lower levels.
fn without_user(name: &str, value: String, environment: &mut Environment) -> String {
    let start = value.find("://").map_or(0, |at| at + 3);
    let end = value[start..].find('/').map_or(value.len(), |at| start + at);
    let Some(at) = value[start..end].rfind('@') else { return value };
    environment.note(format!(
        "{name} holds a user or a password, which is not sent: say \
         OTEL_EXPORTER_OTLP_HEADERS=authorization=Basic%20… instead"
    ));
    format!("{}{}", &value[..start], &value[start + at + 1..])
}

/// A value may be a secret, so it is never said, not even when it makes no sense.
fn headers(signal: Signal, environment: &mut Environment) -> Vec<(String, String)> {
    let Some((name, text)) = value(signal, "HEADERS", environment) else { return Vec::new() };
    let pairs: Vec<_> = key_value_list::pairs(&text).collect();
    if pairs.contains(&None) {
        environment.note(format!(
            "{name} is not key=value pairs with percent-encoded values (it is not shown: it may be secret): \
             what is none is left out"
        ));
    }
    pairs.into_iter().flatten().collect()
}

impl fmt::Display for OtlpSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = if self.http { "http/protobuf" } else { "grpc" };
        write!(formatter, "{protocol} to {}", masked(&self.endpoint))?;
        if self.compression.is_some() {
            write!(formatter, ", gzip")?;
        }
        for (name, _) in &self.headers {
            write!(formatter, ", {name}=***")?;
        }
        let files = [&self.tls.certificate, &self.tls.client_certificate, &self.tls.client_key];
        for file in files.into_iter().flatten() {
            write!(formatter, ", {file}")?;
        }
        Ok(())
    }
}
