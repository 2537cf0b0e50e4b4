//! Who speaks: the resource of a process and the scope of a hop.

use super::{
    Violation, at,
    attributes::{self, Attributes, Fields},
    own,
};
use crate::{names, testing::received::Exported};

const REQUIRED: &[&str] = &[
    "service.name",
    "service.instance.id",
    "telemetry.sdk.name",
    "telemetry.sdk.language",
    "telemetry.sdk.version",
];

/// A service and one of its hops, for sentences.
pub(super) fn who<T>(exported: &Exported<'_, T>) -> String {
    let scope = exported.scope.map(|scope| scope.name.as_str()).unwrap_or_default();
    format!("{} ({scope})", service(exported))
}

pub(super) fn check<T>(exported: &Exported<'_, T>) -> Vec<Violation> {
    let mut found = at(&format!("resource of {}", service(exported)), resource(exported));
    let name = exported.scope.map(|scope| scope.name.as_str()).unwrap_or_default();
    found.extend(at(&format!("scope `{name}` of {}", service(exported)), scope(exported, name)));
    found
}

fn service<'a, T>(exported: &Exported<'a, T>) -> &'a str {
    let resource = exported.resource.map(|resource| Attributes(&resource.attributes));
    resource.and_then(|resource| resource.text("service.name")).unwrap_or("an unknown service")
}

/// Operators name things of theirs in `OTEL_RESOURCE_ATTRIBUTES`, mostly without a dot.
fn resource<T>(exported: &Exported<'_, T>) -> Vec<String> {
    let attributes = exported.resource.map(|resource| resource.attributes.as_slice()).unwrap_or_default();
    let mut problems = attributes::check(attributes, Fields::Allowed);
    let attributes = Attributes(attributes);
    problems.extend(attributes.missing(REQUIRED, "every process"));
    if attributes
        .text("service.name")
        .is_some_and(|name| name.is_empty() || name.starts_with("unknown_service"))
    {
        problems.push("`service.name` is the SDK's guess: the service must say what it is".to_owned());
    }
    problems.extend(wrong_schema(exported.resource_schema_url));
    problems
}

/// Scopes of others follow rules of their own; logs are grouped by their `tracing` targets.
fn scope<T>(exported: &Exported<'_, T>, name: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if name.is_empty() {
        problems.push("it has no name: a scope says which library recorded".to_owned());
    }
    if name.starts_with(own::PREFIX) {
        problems.extend(wrong_schema(exported.schema_url));
        if !own::is_declared(name) {
            problems.push("it is not declared: a scope of ours stands in names.rs".to_owned());
        }
        if exported.scope.is_none_or(|scope| scope.version.is_empty()) {
            problems.push("it has no version".to_owned());
        }
    }
    problems
}

fn wrong_schema(url: &str) -> Option<String> {
    (url != names::SCHEMA_URL)
        .then(|| format!("its schema URL is `{url}`, it must be `{}`", names::SCHEMA_URL))
}
