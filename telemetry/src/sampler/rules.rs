//! A sampler of rules: which share of the traces of a route is kept, and what is kept always.
//!
//! `OTEL_TRACES_SAMPLER=parentbased_throughline_rules`, or `throughline_rules` where each service decides for
//! itself, with the rules in
//! `OTEL_TRACES_SAMPLER_ARG`, the first that matches decides:
//! ```text
//! keep user_agent.original=synthetic*; GET /livez=0; orders.v1.OrderService/*=0.5; *=0.1
//! ```
//! A route is matched against `http.route`, `rpc.method` and the span's name, whole or, with `*` at its end, from the
//! beginning. `keep` matches an attribute, by its value or by being there. What matches nothing is kept.
//!
//! # What it cannot do
//! It decides when a span starts: errors, status codes and durations are not known then, nor are attributes
//! that are set later. To keep all failed or slow traces is the Collector's work (tail sampling), and needs
//! all spans sent to it.

use opentelemetry::{
    Context, KeyValue,
    trace::{Link, SpanKind, TraceContextExt, TraceId, TraceState},
};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use crate::names;

use super::threshold::{Threshold, randomness, with_threshold};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rules(Vec<Rule>);

#[derive(Debug, Clone, PartialEq)]
enum Rule {
    Keep { key: String, value: Option<Pattern> },
    Rate { route: Pattern, threshold: Option<Threshold> },
}

#[derive(Debug, Clone, PartialEq)]
enum Pattern {
    Whole(String),
    Beginning(String),
}

impl Pattern {
    fn parse(text: &str) -> Self {
        match text.strip_suffix('*') {
            Some(beginning) => Self::Beginning(beginning.to_owned()),
            None => Self::Whole(text.to_owned()),
        }
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Self::Whole(whole) => text == whole,
            Self::Beginning(beginning) => text.starts_with(beginning),
        }
    }
}

impl Rules {
    /// `None` when one of the rules is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rules = text.split(';').map(str::trim).filter(|rule| !rule.is_empty());
        rules.map(Rule::parse).collect::<Option<Vec<_>>>().filter(|rules| !rules.is_empty()).map(Self)
    }

    /// What is kept of traces that begin so; `None` is nothing.
    fn threshold(&self, name: &str, attributes: &[KeyValue]) -> Option<Threshold> {
        let matching = self.0.iter().find(|rule| rule.matches(name, attributes));
        match matching {
            Some(Rule::Rate { threshold, .. }) => *threshold,
            Some(Rule::Keep { .. }) | None => Some(Threshold::ALL),
        }
    }
}

impl Rule {
    fn parse(text: &str) -> Option<Self> {
        if let Some(attribute) = text.strip_prefix("keep ") {
            let (key, value) = attribute
                .split_once('=')
                .map_or((attribute, None), |(key, value)| (key, Some(Pattern::parse(value.trim()))));
            let key = key.trim().to_owned();
            return (!key.is_empty()).then_some(Self::Keep { key, value });
        }
        // A route may contain an equals sign, a rate does not.
        let (route, rate) = text.rsplit_once('=')?;
        let rate = rate.trim().parse::<f64>().ok().filter(|rate| (0.0..=1.0).contains(rate))?;
        let route = route.trim();
        (!route.is_empty())
            .then(|| Self::Rate { route: Pattern::parse(route), threshold: Threshold::of_rate(rate) })
    }

    fn matches(&self, name: &str, attributes: &[KeyValue]) -> bool {
        match self {
            Self::Keep { key, value } => attributes.iter().any(|attribute| {
                attribute.key.as_str() == key
                    && value.as_ref().is_none_or(|value| value.matches(&attribute.value.as_str()))
            }),
            Self::Rate { route, .. } => {
                let routes = attributes.iter().filter(|attribute| {
                    [names::HTTP_ROUTE, names::RPC_METHOD].contains(&attribute.key.as_str())
                });
                route.matches(name) || routes.into_iter().any(|found| route.matches(&found.value.as_str()))
            }
        }
    }
}

impl ShouldSample for Rules {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        _kind: &SpanKind,
        attributes: &[KeyValue],
        _links: &[Link],
    ) -> SamplingResult {
        let state =
            parent.map_or(TraceState::NONE, |parent| parent.span().span_context().trace_state().clone());
        let threshold = self.threshold(name, attributes);
        let kept = threshold.filter(|threshold| threshold.keeps(randomness(trace_id, &state)));
        SamplingResult {
            decision: if kept.is_some() { SamplingDecision::RecordAndSample } else { SamplingDecision::Drop },
            attributes: Vec::new(),
            trace_state: with_threshold(&state, kept),
        }
    }
}

#[cfg(test)]
mod tests;
