//! The files as they are at the beginning or the end of a lesson: those of the checkout, with patches.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use tempfile::TempDir;

use crate::{checkout::Checkout, generated::Generated, git, lesson::Lesson, page::Page, problem::Problem};

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

    /// With what `lessons` let the program write, and then with their patches, in their order.
    ///
    /// # Errors
    /// When the program refuses, or a patch does not apply: with the line at which it stands.
    pub fn with(checkout: &'a Checkout, pages: &[Page], lessons: &[&Lesson]) -> Result<Self, Problem> {
        let mut state = Self::of(checkout);
        for lesson in lessons {
            let Some((line, generated)) = &lesson.generated else { continue };
            state.generate(generated).map_err(|error| {
                let what = format!("the program does not write this\n{error:#}");
                Problem::new(&pages[lesson.page].path, *line, what)
            })?;
        }
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

    fn generate(&mut self, generated: &Generated) -> Result<()> {
        let folder = self.folder()?;
        // It looks around: whether a name is taken, where the next line belongs.
        for path in self.checkout.files() {
            if !self.touched.contains(path) {
                copy(self.checkout, path, &folder)?;
            }
        }
        let written = generated.write(&folder)?;
        self.touched.extend(written.iter().map(|path| path.to_string_lossy().into_owned()));
        Ok(())
    }

    fn apply(&mut self, patch: &str) -> Result<()> {
        let folder = self.folder()?;
        let paths = paths(patch);
        if paths.is_empty() {
            bail!("it names no file as `--- a/PATH` and `+++ b/PATH`");
        }
        for path in paths {
            if self.touched.insert(path.to_owned()) && self.checkout.has(path) {
                copy(self.checkout, path, &folder)?;
            }
        }
        git::apply(&folder, patch)
    }

    fn folder(&mut self) -> Result<PathBuf> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => tempfile::tempdir()?,
        };
        Ok(self.folder.insert(folder).path().to_owned())
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

fn copy(checkout: &Checkout, path: &str, folder: &Path) -> Result<()> {
    let copy = folder.join(path);
    fs::create_dir_all(copy.parent().unwrap_or(folder))?;
    fs::copy(checkout.root().join(path), copy)?;
    Ok(())
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
