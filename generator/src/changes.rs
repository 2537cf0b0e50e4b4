//! Files that are written together, or not at all.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

/// Written by cargo when everything else is there.
const LOCK_FILE: &str = "Cargo.lock";

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The files that are new or changed, from the checkout's root.
    pub files: Vec<PathBuf>,
    /// What to say of it, line by line.
    pub said: Vec<String>,
}

/// Thought out, not done yet.
#[derive(Debug)]
pub(super) struct Changes {
    root: PathBuf,
    /// What each file will be, by its path from the root.
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// What is said of each when it is done, in the order in which it was thought of.
    said: Vec<String>,
}

impl Changes {
    pub(super) fn in_folder(root: &Path) -> Self {
        Self { root: root.to_owned(), files: BTreeMap::new(), said: Vec::new() }
    }

    /// What the file will be, or is.
    pub(super) fn read(&self, file: &Path) -> Option<String> {
        match self.files.get(file) {
            Some(bytes) => String::from_utf8(bytes.clone()).ok(),
            None => fs::read_to_string(self.root.join(file)).ok(),
        }
    }

    /// A text; code is formatted.
    pub(super) fn write(&mut self, file: impl Into<PathBuf>, text: String) {
        let file = file.into();
        let is_code = file.extension().is_some_and(|extension| extension == "rs");
        let text = if is_code { formatted(&self.root, &text).unwrap_or(text) } else { text };
        self.write_as_it_is(file, text.into_bytes());
    }

    pub(super) fn write_as_it_is(&mut self, file: impl Into<PathBuf>, bytes: Vec<u8>) {
        self.files.insert(file.into(), bytes);
    }

    pub(super) fn say(&mut self, line: String) {
        if !self.said.contains(&line) {
            self.said.push(line);
        }
    }

    /// Does all of it, then `finish`; when anything fails, everything is as it was.
    pub(super) fn apply(self, finish: impl FnOnce() -> Result<()>) -> Result<Written> {
        let mut done = Done::default();
        let applied = self.do_all(&mut done).and_then(|()| finish());
        match applied {
            Ok(()) => {
                let files = self.files.into_keys().chain([PathBuf::from(LOCK_FILE)]).collect();
                Ok(Written { files, said: self.said })
            }
            Err(error) => {
                done.undo();
                Err(error.context("nothing was written"))
            }
        }
    }

    fn do_all(&self, done: &mut Done) -> Result<()> {
        done.remember(&self.root.join(LOCK_FILE));
        for (file, bytes) in &self.files {
            let path = self.root.join(file);
            let written = done.make_folders(path.parent().unwrap_or(&self.root)).and_then(|()| {
                done.remember(&path);
                fs::write(&path, bytes)
            });
            written.with_context(|| format!("{} can't be written", path.display()))?;
        }
        Ok(())
    }
}

/// How to take it back.
#[derive(Debug, Default)]
struct Done {
    files: Vec<(PathBuf, Option<Vec<u8>>)>,
    folders: Vec<PathBuf>,
}

impl Done {
    fn remember(&mut self, path: &Path) {
        self.files.push((path.to_owned(), fs::read(path).ok()));
    }

    fn make_folders(&mut self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make_folders(parent)?;
        }
        fs::create_dir(folder)?;
        self.folders.push(folder.to_owned());
        Ok(())
    }

    /// As far as it goes: an error on the way back has nobody to hear it but the one that began it.
    fn undo(self) {
        for (path, before) in self.files.into_iter().rev() {
            let _ = match before {
                Some(bytes) => fs::write(path, bytes),
                None => fs::remove_file(path),
            };
        }
        for folder in self.folders.into_iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// By the rules of the repository, since lines are as long as the name in them; `None` without rustfmt.
fn formatted(root: &Path, text: &str) -> Option<String> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(root)
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    rustfmt.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = rustfmt.wait_with_output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok())?
}
