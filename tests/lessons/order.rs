//! One order on a system of its own, as the spans that it left.

use throughline::trace::Span;

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
