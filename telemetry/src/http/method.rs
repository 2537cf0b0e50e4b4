//! What the conventions call methods and versions, for both sides of HTTP.

use http::{Method, Version};
use opentelemetry::KeyValue;

use crate::names;

/// Methods of RFC 9110, PATCH and QUERY; every other one is `_OTHER`, or a caller could make as many
/// series as there are words.
const KNOWN_METHODS: [&str; 10] =
    ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"];

/// A method by the conventions.
pub(crate) struct NamedMethod {
    /// `http.request.method`.
    pub label: KeyValue,
    /// `http.request.method_original`, where that differs.
    pub original: Option<KeyValue>,
    /// How the span's name begins.
    pub verb: &'static str,
}

impl NamedMethod {
    pub(crate) fn of(method: &Method) -> Self {
        let original = method.as_str();
        let known = KNOWN_METHODS.iter().find(|method| **method == original).copied();
        let other = known.is_none();
        Self {
            label: KeyValue::new(names::HTTP_REQUEST_METHOD, known.unwrap_or(names::OTHER)),
            original: other.then(|| KeyValue::new(names::HTTP_REQUEST_METHOD_ORIGINAL, original.to_owned())),
            verb: known.unwrap_or("HTTP"),
        }
    }
}

/// `network.protocol.version`.
pub(crate) fn version(version: Version) -> Option<KeyValue> {
    let version = match version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_11 => "1.1",
        Version::HTTP_2 => "2",
        Version::HTTP_3 => "3",
        _ => return None,
    };
    Some(KeyValue::new(names::NETWORK_PROTOCOL_VERSION, version))
}
