//! One order on a system of its own, as the spans that it left.

use std::time::Duration;

use throughline::{
    trace::Span,
    viewer::{RecordedSpan, Store},
};

use crate::{customer::Customer, system::System};

/// The trace of an order that is settled.
pub async fn trace_of(sku: &str) -> Vec<Span> {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", sku).await;
    customer.settled(&id).await;
    system.stop_services().await;
    system.trace(&trace_id)
}

/// The first span with this service, kind and name.
pub fn find<'a>(spans: &'a [Span], service: &str, kind: &str, name: &str) -> Option<&'a Span> {
    spans.iter().find(|span| {
        let role = &span.role;
        (role.service.as_str(), role.kind.as_str(), role.name.as_str()) == (service, kind, name)
    })
}

/// The span that `span` is below.
pub fn parent<'a>(spans: &'a [Span], span: &Span) -> Option<&'a Span> {
    spans.iter().find(|other| Some(&other.span_id) == span.parent.as_ref())
}

/// An attribute that is text, of the span of this service and kind in a trace; waits until there is such a span.
pub async fn attribute(system: &System, trace: &str, service: &str, kind: &str, key: &str) -> Option<String> {
    let told = |store: &Store| {
        let spans = store.spans();
        let is_it = |span: &&_| is_of(span, trace, service, kind);
        spans.iter().map(AsRef::as_ref).find(is_it).map(|span| span.text(key).map(str::to_owned))
    };
    let waited = system.viewer.store().wait_for(told);
    tokio::time::timeout(Duration::from_secs(30), waited).await.expect("the span is exported")
}

fn is_of(span: &RecordedSpan, trace: &str, service: &str, kind: &str) -> bool {
    span.trace_id() == trace && span.service() == service && span.kind().name() == kind
}
