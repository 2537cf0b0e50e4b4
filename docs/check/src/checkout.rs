//! The files that a clone would have.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{git, page::Page};

/// A checkout: what is tracked, and what is new and not ignored, for it is about to be.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
    files: BTreeSet<String>,
}

impl Checkout {
    /// # Errors
    /// When `root` is no repository.
    pub fn open(root: &Path) -> Result<Self> {
        let listed = git::git(root, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
        let there = |file: &&str| !file.is_empty() && root.join(file).exists();
        let files = listed.split('\0').filter(there).map(ToOwned::to_owned).collect();
        Ok(Self { root: root.to_owned(), files })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// Whether a clone has this file, or a folder of this name.
    pub fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.files.contains(path)
            || self.files.range(folder.clone()..).next().is_some_and(|file| file.starts_with(&folder))
    }

    /// `None` when there is no such file, or no text in it.
    pub fn read(&self, path: &str) -> Option<String> {
        self.files.contains(path).then(|| fs::read_to_string(self.root.join(path)).ok())?
    }

    /// Every Markdown page, in the order of their paths.
    ///
    /// # Errors
    /// When one can't be read.
    pub fn pages(&self) -> Result<Vec<Page>> {
        let paths = self.files().filter(|path| path.ends_with(".md"));
        paths.map(|path| Ok(Page::parse(path, &self.read(path).context(path.to_owned())?))).collect()
    }
}
