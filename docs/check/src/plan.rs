//! What of the commands and checks is wanted.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

/// What to do on the way.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Run the commands of the pages.
    pub commands: bool,
    /// Of these only, if there are any.
    pub only: Vec<String>,
    /// Run the checks of the lessons before and after their changes.
    pub checks: bool,
    /// Only this of it.
    pub part: Option<Part>,
}

/// Of all commands and checks: parts that can run beside each other, and have little to build in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Pages that are no lessons, and the checks of lessons that begin from main.
    Readmes,
    /// The commands of lessons that begin from main.
    Lessons,
    /// Lessons that begin from the twin.
    Twin,
}

impl Plan {
    pub fn has(&self, part: Part) -> bool {
        self.part.is_none_or(|only| only == part)
    }
}

impl Part {
    /// The folder where it builds, in that of the checkout, so that parts don't wait for each other.
    pub fn target(self, checkouts: &Path) -> PathBuf {
        let name = match self {
            Self::Readmes => "readmes",
            Self::Lessons => "lessons",
            Self::Twin => "twin",
        };
        checkouts.join("docs-check").join(name)
    }
}
