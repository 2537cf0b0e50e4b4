//! What the services exported, as the trace contract reads it.

use throughline::{
    trace::{Role, Span},
    viewer::{RecordedSpan, Status, Viewer},
};

use super::System;

impl System {
    /// The spans of one trace.
    pub fn trace(&self, trace_id: &str) -> Vec<Span> {
        self.spans().into_iter().filter(|span| span.trace_id == trace_id).collect()
    }

    pub fn spans(&self) -> Vec<Span> {
        told(&self.viewer)
    }
}

/// Whoever runs them.
pub fn told(viewer: &Viewer) -> Vec<Span> {
    viewer.store().spans().iter().map(|span| observed(span)).collect()
}

fn observed(span: &RecordedSpan) -> Span {
    Span {
        trace_id: span.trace_id(),
        span_id: span.span_id(),
        parent: span.parent_span_id(),
        role: Role {
            service: span.service().to_owned(),
            kind: span.kind().name().to_uppercase(),
            name: span.name().to_owned(),
        },
        start_us: span.start() / 1000,
        duration_us: span.duration() / 1000,
        failed: span.status() == Status::Error,
        status: span.text("error.type").map(str::to_owned),
    }
}
