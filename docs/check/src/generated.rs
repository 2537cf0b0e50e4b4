//! What a lesson lets the program write: its change is one to a new service.
//!
//! The reader runs `cargo run -- new service …` in the section Run, and changes the result. Here the crate
//! behind that command does the same, so that nothing has to be built to see whether the patch applies.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Parser;
use generator::NewArguments;

use crate::{
    fence::{self, Promise},
    page::Page,
};

const COMMAND: &str = "cargo run -- ";

/// The command, parsed.
#[derive(Debug)]
pub struct Generated(NewArguments);

/// The command in the section Run, with its line, if there is one.
///
/// # Errors
/// When the program would not take it: with its line, and what the program says.
pub fn in_run(page: &Page) -> Result<Option<(usize, Generated)>, (usize, String)> {
    let blocks = page.fences.iter().filter(|fence| fence.section == "Run");
    let blocks = blocks.filter(|fence| fence::promise(fence) == Ok(Promise::Run));
    let lines = blocks.flat_map(|fence| (fence.line + 1..).zip(fence.body.lines()));
    let mut commands = lines.filter_map(|(line, text)| Some((line, text.trim().strip_prefix(COMMAND)?)));
    let Some((line, command)) = commands.find(|(_, command)| command.starts_with("new ")) else {
        return Ok(None);
    };
    match NewArguments::try_parse_from(command.split_whitespace()) {
        Ok(arguments) => Ok(Some((line, Generated(arguments)))),
        Err(error) => Err((line, error.to_string().trim().to_owned())),
    }
}

impl Generated {
    /// Writes it into the checkout at `root`, and returns the files that are new or changed.
    ///
    /// # Errors
    /// What the program says: nothing is written then.
    pub fn write(&self, root: &Path) -> Result<Vec<PathBuf>> {
        Ok(generator::run(root, &self.0)?.files)
    }
}
