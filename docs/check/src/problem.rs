//! What is wrong, and where.

use std::fmt;

/// Shown as `page:line: what`, as compilers do: editors and forges make a link of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub page: String,
    pub line: usize,
    /// Further lines are shown below the first.
    pub what: String,
}

impl Problem {
    pub fn new(page: &str, line: usize, what: impl Into<String>) -> Self {
        Self { page: page.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}: {}", self.page, self.line, self.what.replace('\n', "\n    "))
    }
}
