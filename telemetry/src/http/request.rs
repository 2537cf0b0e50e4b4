//! What a span says of an HTTP request, all of it known before the request is handled.

use std::{borrow::Cow, net::SocketAddr};

use axum::extract::{ConnectInfo, MatchedPath};
use http::{Request, header, uri::Authority};
use opentelemetry::KeyValue;

use crate::{
    TrustInbound,
    http::{
        method::{NamedMethod, version},
        query::redacted,
    },
    names,
};

pub(crate) struct Described {
    pub name: String,
    pub method: KeyValue,
    pub scheme: KeyValue,
    /// For the span.
    pub attributes: Vec<KeyValue>,
    /// For the metric.
    pub labels: Vec<KeyValue>,
}

impl Described {
    pub(crate) fn of<B>(request: &Request<B>, trust: TrustInbound) -> Self {
        let NamedMethod { label: method, original, verb } = NamedMethod::of(request.method());
        let scheme = KeyValue::new(names::URL_SCHEME, scheme(request, trust));
        let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());

        let mut labels = vec![method.clone(), scheme.clone()];
        labels.extend(route.clone().map(|route| KeyValue::new(names::HTTP_ROUTE, route)));
        labels.extend(version(request.version()));

        let mut attributes = labels.clone();
        attributes.extend(original);
        attributes.extend(url(request));
        attributes.extend(addresses(request, trust));
        let name = route.map_or_else(|| verb.to_owned(), |route| format!("{verb} {route}"));
        Self { name, method, scheme, attributes, labels }
    }
}

/// The scheme that the client used: behind a proxy that ends TLS only the proxy knows it.
fn scheme<B>(request: &Request<B>, trust: TrustInbound) -> Cow<'static, str> {
    let forwarded = header_value(request, "x-forwarded-proto").filter(|_| trust == TrustInbound::Always);
    let scheme = forwarded.or_else(|| request.uri().scheme_str());
    // Two values, whatever a caller writes.
    if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) {
        "https".into()
    } else {
        "http".into()
    }
}

fn url<B>(request: &Request<B>) -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new(names::URL_PATH, request.uri().path().to_owned())];
    let query = request.uri().query().filter(|query| !query.is_empty());
    attributes.extend(query.map(|query| KeyValue::new(names::URL_QUERY, redacted(query))));
    let agent = header_value(request, header::USER_AGENT.as_str());
    attributes.extend(agent.map(|agent| KeyValue::new(names::USER_AGENT_ORIGINAL, agent.to_owned())));
    attributes
}

fn addresses<B>(request: &Request<B>, trust: TrustInbound) -> Vec<KeyValue> {
    let mut attributes = Vec::new();
    if let Some(authority) = authority(request) {
        attributes.push(KeyValue::new(names::SERVER_ADDRESS, bare_host(&authority)));
        let port = authority.port_u16().map(|port| KeyValue::new(names::SERVER_PORT, i64::from(port)));
        attributes.extend(port);
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| *address);
    if let Some(peer) = peer {
        attributes.push(KeyValue::new(names::NETWORK_PEER_ADDRESS, peer.ip().to_string()));
        attributes.push(KeyValue::new(names::NETWORK_PEER_PORT, i64::from(peer.port())));
    }
    let forwarded = header_value(request, "x-forwarded-for").filter(|_| trust == TrustInbound::Always);
    let forwarded = forwarded.and_then(|list| list.split(',').next()).map(|first| first.trim().to_owned());
    let client = forwarded.or_else(|| peer.map(|peer| peer.ip().to_string()));
    attributes.extend(client.map(|client| KeyValue::new(names::CLIENT_ADDRESS, client)));
    attributes
}

/// HTTP/2 carries it in the request line, HTTP/1.1 in `Host`.
fn authority<B>(request: &Request<B>) -> Option<Authority> {
    let in_uri = request.uri().authority().cloned();
    in_uri.or_else(|| header_value(request, header::HOST.as_str())?.parse().ok())
}

/// An IPv6 address without the brackets that only a URL needs.
fn bare_host(authority: &Authority) -> String {
    authority.host().trim_matches(['[', ']']).to_owned()
}

fn header_value<'a, B>(request: &'a Request<B>, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}
