//! Record headers as carriers of a context.

use opentelemetry::propagation::{Extractor, Injector};
use rdkafka::message::{Header, Headers, OwnedHeaders};

/// Collects what a propagator injects.
pub(crate) struct HeaderInjector(pub OwnedHeaders);

impl Injector for HeaderInjector {
    fn set(&mut self, key: &str, value: String) {
        if !value.is_empty() {
            let headers = std::mem::replace(&mut self.0, OwnedHeaders::new_with_capacity(0));
            self.0 = headers.insert(Header { key, value: Some(&value) });
        }
    }
}

pub(crate) struct HeaderExtractor<'a>(pub Option<&'a OwnedHeaders>);

impl Extractor for HeaderExtractor<'_> {
    /// The last of several: a forwarder appends its own.
    fn get(&self, key: &str) -> Option<&str> {
        let headers = self.0?;
        let found = headers.iter().filter(|header| header.key == key).last()?;
        std::str::from_utf8(found.value?).ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.map(|headers| headers.iter().map(|header| header.key).collect()).unwrap_or_default()
    }
}
