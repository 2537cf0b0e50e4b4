//! How far it is: a page takes seconds, and the first one that compiles minutes.

use std::{
    io::{self, Write},
    time::Instant,
};

/// Something that somebody waits for.
#[derive(Debug)]
pub struct Slow(Instant);

impl Slow {
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    /// Says what it was and how long it took, on stderr.
    pub fn end(self, what: &str) {
        // Whoever closed it does not want to know.
        let _ = writeln!(io::stderr(), "docs-check: {:4} s  {what}", self.0.elapsed().as_secs());
    }
}
