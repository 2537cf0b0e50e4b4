//! From a template to a text: what belongs to another shape is left out, names and numbers are replaced.
//!
//! Lines between `<grpc>` and `</grpc>`, each alone in a comment of whatever kind, are for services that are
//! called; `<kafka>` for those that consume, `<no-kafka>` for those that do not, `<worker>` for those that only
//! consume, `<both>` for those that do both.

use super::{name::Name, topic::Topic};

/// How a service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// It is called.
    pub grpc: bool,
    /// It consumes.
    pub kafka: bool,
}

impl Shape {
    /// `None` for a condition that is unknown.
    pub(super) fn has(self, condition: &str) -> Option<bool> {
        Some(match condition {
            "grpc" => self.grpc,
            "kafka" => self.kafka,
            "no-kafka" => !self.kafka,
            "worker" => self.kafka && !self.grpc,
            "both" => self.kafka && self.grpc,
            _ => return None,
        })
    }
}

/// What a template is filled with.
#[derive(Debug)]
pub(super) struct Values<'a> {
    pub(super) name: &'a Name,
    pub(super) shape: Shape,
    /// What it consumes, if it consumes.
    pub(super) topic: &'a Topic,
    /// What the whole is called, in images and labels.
    pub(super) project: &'a str,
    /// Where gRPC is served, and where readiness is.
    pub(super) ports: (u16, u16),
    /// Which of Redis's logical databases is its own in compose.
    pub(super) redis: u16,
}

impl Values<'_> {
    pub(super) fn render(&self, template: &str) -> String {
        let (port, admin) = self.ports;
        let numbers = [
            ("50099", port.to_string()),
            ("9199", admin.to_string()),
            ("redis:6379/99", format!("redis:6379/{}", self.redis)),
        ];
        // Not everywhere: the metrics of `telemetry` keep their names.
        let project =
            ["throughline/", "in_namespace(\"throughline", "part-of: throughline", "bin/throughline"];
        let project = project.map(|place| (place, place.replace("throughline", self.project)));
        // The topic comes first: by default it contains the name.
        let names = self.topic.spellings().into_iter().chain(self.name.spellings());
        let all = names.chain(numbers).chain(project);
        all.fold(select(template, self.shape), |text, (from, to)| text.replace(from, &to))
    }
}

fn select(template: &str, shape: Shape) -> String {
    // One within the other: a line is kept where all of them hold.
    let mut open: Vec<bool> = Vec::new();
    let mut text = String::with_capacity(template.len());
    for line in template.lines() {
        match condition(line) {
            Some(mark) if mark.starts_with('/') => drop(open.pop()),
            Some(mark) => open.push(shape.has(mark) == Some(true)),
            None if open.iter().all(|holds| *holds) => text.extend([line, "\n"]),
            None => {}
        }
    }
    text
}

/// `grpc` of `// <grpc>`, `/grpc` of `# </grpc>`.
pub(super) fn condition(line: &str) -> Option<&str> {
    let comment = line.trim().trim_end_matches("-->");
    let comment = ["//", "#", "<!--"].iter().find_map(|leader| comment.strip_prefix(leader))?;
    comment.trim().strip_prefix('<')?.strip_suffix('>')
}
