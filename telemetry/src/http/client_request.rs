//! What a span says of a request that is about to be sent.

use std::{borrow::Cow, error::Error as StdError};

use http::{Request, Uri, header};
use opentelemetry::KeyValue;

use crate::{
    error_type,
    http::{method::NamedMethod, query::redacted},
    names,
};

/// The path with its variable parts named, `/orders/{id}`: among a request's extensions it completes
/// the span's name and becomes `url.template`, on the metric too. Low cardinality; never the path itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlTemplate(pub &'static str);

/// How often this request was sent before, for whatever reason: among a request's extensions it
/// becomes `http.request.resend_count`. A layer that retries sets it, from 1 on the first retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResendCount(pub u32);

pub(crate) struct Described {
    pub name: String,
    /// For the span.
    pub attributes: Vec<KeyValue>,
    /// For the metric.
    pub labels: Vec<KeyValue>,
}

impl Described {
    pub(crate) fn of<B>(request: &Request<B>) -> Self {
        let NamedMethod { label, original, verb } = NamedMethod::of(request.method());
        let template = request.extensions().get::<UrlTemplate>().map(|template| template.0);
        let resent = request.extensions().get::<ResendCount>().filter(|count| count.0 > 0);

        let mut labels = vec![label];
        labels.extend(server(request));
        labels.extend(template.map(|template| KeyValue::new(names::URL_TEMPLATE, template)));
        let mut attributes = labels.clone();
        attributes.push(KeyValue::new(names::URL_FULL, full(request.uri())));
        attributes.extend(original);
        attributes
            .extend(resent.map(|count| KeyValue::new(names::HTTP_REQUEST_RESEND_COUNT, i64::from(count.0))));
        let name = template.map_or_else(|| verb.to_owned(), |template| format!("{verb} {template}"));
        Self { name, attributes, labels }
    }
}

/// Where the request goes by its URL, or by `Host` when the URL is a path only. The port is required
/// by the convention: without one it is the scheme's.
fn server<B>(request: &Request<B>) -> [KeyValue; 2] {
    let uri = request.uri();
    let host = || request.headers().get(header::HOST)?.to_str().ok()?.parse().ok();
    let authority = uri.authority().cloned().or_else(host);
    let address = authority.as_ref().map_or("", |authority| authority.host().trim_matches(['[', ']']));
    let default = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    let port = authority.as_ref().and_then(http::uri::Authority::port_u16).unwrap_or(default);
    [
        KeyValue::new(names::SERVER_ADDRESS, address.to_owned()),
        KeyValue::new(names::SERVER_PORT, i64::from(port)),
    ]
}

/// `url.full` as the convention asks: credentials and the values of sensitive parameters redacted.
fn full(uri: &Uri) -> String {
    let mut url = String::new();
    if let Some((scheme, authority)) = uri.scheme_str().zip(uri.authority()) {
        url.push_str(scheme);
        url.push_str("://");
        match authority.as_str().rsplit_once('@') {
            Some((_, host)) => {
                url.push_str("REDACTED:REDACTED@");
                url.push_str(host);
            }
            None => url.push_str(authority.as_str()),
        }
    }
    url.push_str(uri.path());
    if let Some(query) = uri.query() {
        url.push('?');
        url.push_str(&redacted(query));
    }
    url
}

/// Why there was no answer: what the operating system said, if it is to blame, else the error's type.
pub(crate) fn error_type<E: StdError + 'static>(error: &E) -> Cow<'static, str> {
    error_type::of_source(error).map_or_else(|| std::any::type_name::<E>().into(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::full;

    #[test]
    fn a_url_shows_neither_credentials_nor_signatures() {
        let url = "https://ada:hunter2@shop.example:8443/a?b=1&sig=abc".parse().unwrap_or_default();
        assert_eq!(full(&url), "https://REDACTED:REDACTED@shop.example:8443/a?b=1&sig=REDACTED");
        let token = "https://token@shop.example/".parse().unwrap_or_default();
        assert_eq!(full(&token), "https://REDACTED:REDACTED@shop.example/");
    }
}
