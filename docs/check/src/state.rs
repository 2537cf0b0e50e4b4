//! The files as they are at the beginning or the end of a lesson: those of the checkout, with patches.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::{checkout::Checkout, git, lesson::Lesson, page::Page, problem::Problem};

/// Only the files that patches touch are copied; all others are read from the checkout.
#[derive(Debug)]
pub struct State<'a> {
    checkout: &'a Checkout,
    folder: Option<TempDir>,
    touched: BTreeSet<String>,
}

impl<'a> State<'a> {
    /// Without any patch.
    pub fn of(checkout: &'a Checkout) -> Self {
        Self { checkout, folder: None, touched: BTreeSet::new() }
    }

    /// With the patches of `lessons`, in their order.
    ///
    /// # Errors
    /// When a patch does not apply: with the line at which it stands.
    pub fn with(checkout: &'a Checkout, pages: &[Page], lessons: &[&Lesson]) -> Result<Self, Problem> {
        let mut state = Self::of(checkout);
        for lesson in lessons {
            let page = &pages[lesson.page].path;
            for (line, patch) in &lesson.patches {
                state.apply(patch).map_err(|error| {
                    Problem::new(
                        page,
                        *line,
                        format!("this patch does not apply to the start of the lesson\n{error}"),
                    )
                })?;
            }
        }
        Ok(state)
    }

    fn apply(&mut self, patch: &str) -> Result<()> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => tempfile::tempdir()?,
        };
        let applied = self.apply_in(folder.path(), patch);
        self.folder = Some(folder);
        applied
    }

    fn apply_in(&mut self, folder: &Path, patch: &str) -> Result<()> {
        let paths = paths(patch);
        if paths.is_empty() {
            bail!("it names no file as `--- a/PATH` and `+++ b/PATH`");
        }
        for path in paths {
            let copy = folder.join(path);
            if self.touched.insert(path.to_owned()) && self.checkout.has(path) {
                fs::create_dir_all(copy.parent().unwrap_or(folder))?;
                fs::copy(self.checkout.root().join(path), copy)?;
            }
        }
        git::apply(folder, patch)
    }

    /// `None` when there is no such file.
    pub fn read(&self, path: &str) -> Option<String> {
        match self.file(path) {
            Some(file) => fs::read_to_string(file).ok(),
            None => self.checkout.read(path),
        }
    }

    /// Where a file is that patches changed or made; a removed one is not there.
    pub fn file(&self, path: &str) -> Option<PathBuf> {
        self.touched.contains(path).then(|| Some(self.folder.as_ref()?.path().join(path)))?
    }

    /// The files that patches changed, made or removed.
    pub fn touched(&self) -> impl Iterator<Item = &str> {
        self.touched.iter().map(String::as_str)
    }
}

/// The files that a patch names, each once.
fn paths(patch: &str) -> Vec<&str> {
    let mut paths: Vec<&str> = patch
        .lines()
        .filter_map(|line| line.strip_prefix("--- a/").or_else(|| line.strip_prefix("+++ b/")))
        .map(str::trim_end)
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}
