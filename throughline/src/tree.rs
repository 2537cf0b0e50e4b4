//! A trace as an indented tree.

use std::{collections::HashMap, fmt::Write};

use crate::trace::Span;

/// One line a span: service, name, kind, duration, status; children below their parent, by start time.
/// Plain text: colour is the terminal's business.
pub fn render(spans: &[Span]) -> String {
    let mut children: HashMap<Option<&str>, Vec<&Span>> = HashMap::new();
    for span in spans {
        children.entry(span.parent.as_deref()).or_default().push(span);
    }
    for siblings in children.values_mut() {
        siblings.sort_by_key(|span| span.start_us);
    }
    let mut lines = Vec::new();
    for root in children.get(&None).into_iter().flatten() {
        collect(root, String::new(), String::new(), &children, &mut lines);
    }
    align(&lines)
}

struct Line<'a> {
    left: String,
    span: &'a Span,
}

/// `indent` begins this line, `below` those of its children.
fn collect<'a>(
    span: &'a Span,
    indent: String,
    below: String,
    children: &HashMap<Option<&str>, Vec<&'a Span>>,
    lines: &mut Vec<Line<'a>>,
) {
    lines.push(Line { left: format!("{indent}{} {}", span.role.service, span.role.name), span });
    let inner = children.get(&Some(span.span_id.as_str())).map(Vec::as_slice).unwrap_or_default();
    for (index, child) in inner.iter().enumerate() {
        let last = index + 1 == inner.len();
        let (branch, trunk) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        collect(child, format!("{below}{branch}"), format!("{below}{trunk}"), children, lines);
    }
}

fn align(lines: &[Line<'_>]) -> String {
    let width = lines.iter().map(|line| line.left.chars().count()).max().unwrap_or_default();
    let mut text = String::new();
    for Line { left, span } in lines {
        let milliseconds = format!("{}.{:03} ms", span.duration_us / 1000, span.duration_us % 1000);
        let status = match (&span.status, span.failed) {
            (Some(status), true) => format!("ERROR {status}"),
            (None, true) => "ERROR".to_owned(),
            (Some(status), false) => status.clone(),
            (None, false) => String::new(),
        };
        // Writing to a String can't fail.
        let _ = write!(text, "{left:width$}  {:8}  {milliseconds:>12}  {status}", span.role.kind);
        while text.ends_with(' ') {
            text.pop();
        }
        text.push('\n');
    }
    text
}
