//! The trace contract: which spans one order is made of, and below which span each of them is.
//!
//! A contract is written as the tree that it promises. [`check`] compares a trace with it in both
//! directions: an edge that is missing and a span that nobody promised are violations alike, and so
//! are a second root, a second trace, and a span whose parent never arrived.

mod orders;

use std::collections::{HashMap, HashSet};

use crate::trace::{Role, Span};

pub use orders::{confirmed, handled_apart, placed_apart, refused_apart, rejected, repeated};

/// A span that a contract speaks of, with the spans below it.
#[derive(Debug, Clone)]
pub struct Node {
    role: Role,
    /// Not in every trace: a cache that had to be filled.
    optional: bool,
    children: Vec<Node>,
}

impl Node {
    fn new(service: &str, kind: &str, name: &str, children: Vec<Node>) -> Self {
        let role = Role { service: service.to_owned(), kind: kind.to_owned(), name: name.to_owned() };
        Self { role, optional: false, children }
    }

    fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

type Edge = (Role, Option<Role>);

/// What is wrong with `spans`; nothing when they are what `contract` promises. A pair of spans may
/// appear more than once: after a crash an event is sent and handled again.
pub fn check(contract: &Node, spans: &[Span]) -> Vec<String> {
    let mut violations = whole(spans);
    let mut promised: HashMap<Edge, bool> = HashMap::new();
    promise(contract, None, &mut promised);
    let found = edges(spans);
    for (edge, optional) in &promised {
        if !optional && !found.contains(edge) {
            violations.push(format!("missing: {}", describe(edge)));
        }
    }
    for edge in &found {
        if !promised.contains_key(edge) {
            violations.push(format!("not promised: {}", describe(edge)));
        }
    }
    violations.sort();
    violations
}

/// Whether everything that the contract needs is there; what else may still arrive is another question.
pub fn is_complete(contract: &Node, spans: &[Span]) -> bool {
    !check(contract, spans).iter().any(|violation| violation.starts_with("missing"))
}

fn promise(node: &Node, parent: Option<&Role>, promised: &mut HashMap<Edge, bool>) {
    let edge = (node.role.clone(), parent.cloned());
    // Promised once for certain is promised for certain.
    let optional = promised.get(&edge).copied().unwrap_or(true) && node.optional;
    promised.insert(edge, optional);
    for child in &node.children {
        let child = if node.optional { child.clone().optional() } else { child.clone() };
        promise(&child, Some(&node.role), promised);
    }
}

fn edges(spans: &[Span]) -> HashSet<Edge> {
    let roles: HashMap<&str, &Role> = spans.iter().map(|span| (span.span_id.as_str(), &span.role)).collect();
    let parent =
        |span: &Span| span.parent.as_deref().and_then(|id| roles.get(id)).map(|role| (*role).clone());
    spans.iter().map(|span| (span.role.clone(), parent(span))).collect()
}

/// One trace, one root, no orphan.
fn whole(spans: &[Span]) -> Vec<String> {
    let mut violations = Vec::new();
    let traces: HashSet<&str> = spans.iter().map(|span| span.trace_id.as_str()).collect();
    if traces.len() != 1 {
        violations.push(format!("{} traces instead of one", traces.len()));
    }
    let roots = spans.iter().filter(|span| span.parent.is_none()).count();
    if roots != 1 {
        violations.push(format!("{roots} roots instead of one"));
    }
    let ids: HashSet<&str> = spans.iter().map(|span| span.span_id.as_str()).collect();
    for span in spans {
        if span.parent.as_deref().is_some_and(|parent| !ids.contains(parent)) {
            violations.push(format!("{} has a parent that is not in the trace", name(&span.role)));
        }
    }
    violations
}

fn describe((role, parent): &Edge) -> String {
    match parent {
        Some(parent) => format!("{} below {}", name(role), name(parent)),
        None => format!("{} as a root", name(role)),
    }
}

fn name(Role { service, kind, name }: &Role) -> String {
    format!("{service}: {name} [{kind}]")
}
