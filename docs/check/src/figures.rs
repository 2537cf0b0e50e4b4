//! What was held against the code, in numbers.

use std::fmt;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub pages: usize,
    pub links: usize,
    pub excerpts: usize,
    pub lessons: usize,
    pub patches: usize,
    /// Blocks of commands that ran, and those whose output was compared too.
    pub commands: usize,
    pub compared: usize,
    pub skipped: usize,
    /// Checks that were red before their lesson's change and green after it.
    pub red: usize,
    pub green: usize,
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} pages, {} links, {} snippets, {} lessons, {} patches applied, \
             {} command blocks run ({} with their output compared), {} skipped, checks {} red before, {} green after",
            self.pages,
            self.links,
            self.excerpts,
            self.lessons,
            self.patches,
            self.commands,
            self.compared,
            self.skipped,
            self.red,
            self.green
        )
    }
}
