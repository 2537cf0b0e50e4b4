//! How a context gets onto the wire and back: carriers, the propagator of a handle, and whom to trust.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use opentelemetry::{
    Context,
    propagation::{Extractor, Injector, TextMapCompositePropagator, TextMapPropagator},
};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};
use serde::{Deserialize, Serialize};

use crate::environment::Environment;

pub(crate) type Propagator = Arc<dyn TextMapPropagator + Send + Sync>;

/// A trace context as text, to be stored and resumed later: header name to value, as the handle's
/// propagator writes them (`traceparent`, `tracestate`, `baggage` by default).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TraceContext(pub(crate) BTreeMap<String, String>);

impl TraceContext {
    /// The headers, in alphabetical order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for TraceContext {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(headers: I) -> Self {
        Self(headers.into_iter().collect())
    }
}

impl Injector for TraceContext {
    fn set(&mut self, key: &str, value: String) {
        // The composite propagator writes an empty header where there is nothing to say.
        if !value.is_empty() {
            self.0.insert(key.to_owned(), value);
        }
    }
}

impl Extractor for TraceContext {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }
}

/// Whether a server believes the `traceparent` of its callers.
///
/// A caller that is believed decides whether this service samples, and can join its requests to any
/// trace: right for a neighbour, wrong for the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TrustInbound {
    /// A new trace begins here. The inbound context becomes a link; its sampled flag and its baggage
    /// are ignored.
    #[default]
    Never,
    /// The inbound context is the parent.
    Always,
}

impl FromStr for TrustInbound {
    type Err = ParseTrustError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "never" => Ok(Self::Never),
            "always" => Ok(Self::Always),
            _ => Err(ParseTrustError(text.to_owned())),
        }
    }
}

/// A text that is no [`TrustInbound`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a trust policy: say `never` or `always`")]
pub struct ParseTrustError(String);

/// The propagators of `OTEL_PROPAGATORS`, by default W3C trace context and baggage.
pub(crate) fn from_environment(environment: &mut Environment) -> Propagator {
    let names = environment.list("OTEL_PROPAGATORS").unwrap_or_else(default_propagators);
    let mut propagators: Vec<Box<dyn TextMapPropagator + Send + Sync>> = Vec::new();
    for name in &names {
        match name.to_ascii_lowercase().as_str() {
            "tracecontext" => propagators.push(Box::new(TraceContextPropagator::new())),
            "baggage" => propagators.push(Box::new(BaggagePropagator::new())),
            "none" => {}
            _ => {
                environment.warn("OTEL_PROPAGATORS", name, "tracecontext, baggage or none", "it is left out");
            }
        }
    }
    Arc::new(TextMapCompositePropagator::new(propagators))
}

fn default_propagators() -> Vec<String> {
    ["tracecontext", "baggage"].map(str::to_owned).to_vec()
}

/// What a carrier brings, as a context of its own: nothing of the current one shines through.
pub(crate) fn extract(propagator: &Propagator, carrier: &dyn Extractor) -> Context {
    propagator.extract_with_context(&Context::new(), carrier)
}
