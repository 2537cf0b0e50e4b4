//! What the services told the collector, as a tree to walk in.

use telemetry::testing::{
    Received,
    otlp::trace::v1::{Span, span::SpanKind},
    text,
};

pub struct Told {
    pub received: Received,
    spans: Vec<Hop>,
}

/// A span, and the service that sent it.
#[derive(Clone)]
pub struct Hop {
    pub service: String,
    pub span: Span,
}

impl Hop {
    pub fn is(&self, service: &str, kind: SpanKind, name: &str) -> bool {
        self.is_kind(service, kind) && self.span.name == name
    }

    pub fn is_kind(&self, service: &str, kind: SpanKind) -> bool {
        self.service == service && self.span.kind() == kind
    }

    /// A call to a database of this kind: `postgresql`, `redis`.
    pub fn asks(&self, service: &str, system: &str) -> bool {
        self.is_kind(service, SpanKind::Client)
            && self.attribute("db.system.name").is_some_and(|found| found == system)
    }

    pub fn attribute(&self, key: &str) -> Option<String> {
        text(&self.span.attributes, key)
    }

    pub fn in_trace_of(&self, other: &Hop) -> bool {
        self.span.trace_id == other.span.trace_id
    }

    pub fn is_child_of(&self, other: &Hop) -> bool {
        self.in_trace_of(other) && self.span.parent_span_id == other.span.span_id
    }
}

impl Told {
    pub fn of(received: Received) -> Self {
        let mut spans = Vec::new();
        for exported in received.exported_spans() {
            let attributes = exported.resource.map(|resource| resource.attributes.as_slice());
            let service = attributes.and_then(|own| text(own, "service.name")).unwrap_or_default();
            spans.push(Hop { service, span: exported.item.clone() });
        }
        spans.sort_by_key(|hop| hop.span.start_time_unix_nano);
        Self { received, spans }
    }

    /// Those that are like this, in the order in which they began.
    pub fn all(&self, is_wanted: impl Fn(&Hop) -> bool) -> Vec<&Hop> {
        self.spans.iter().filter(|hop| is_wanted(hop)).collect()
    }

    /// The only one that is like this; otherwise the learner reads `missing`.
    #[track_caller]
    pub fn only(&self, missing: &str, is_wanted: impl Fn(&Hop) -> bool) -> &Hop {
        let found = self.all(is_wanted);
        self.holds(found.len() == 1, missing);
        found[0]
    }

    /// Everything below `top`, at any depth.
    pub fn below(&self, top: &Hop) -> Vec<&Hop> {
        let children = self.all(|hop| hop.is_child_of(top));
        children.into_iter().flat_map(|child| [vec![child], self.below(child)].concat()).collect()
    }

    /// Ends the check unless it is so; the sentence first, then all that was told.
    #[track_caller]
    pub fn holds(&self, is_so: bool, otherwise: &str) {
        assert!(is_so, "not yet: {otherwise}\n\nThis is what the collector got:\n{}", self.received.tree());
    }

    /// `top` and what is below it, two spaces deeper each.
    pub fn tree(&self, top: &Hop) -> String {
        self.branch(top, "")
    }

    fn branch(&self, hop: &Hop, indent: &str) -> String {
        let kind = hop.span.kind().as_str_name().trim_start_matches("SPAN_KIND_");
        let own = format!("{indent}{} {} {kind}\n", hop.service, hop.span.name);
        let deeper = format!("{indent}  ");
        let children = self.all(|other| other.is_child_of(hop)).into_iter();
        own + &children.map(|child| self.branch(child, &deeper)).collect::<String>()
    }
}
