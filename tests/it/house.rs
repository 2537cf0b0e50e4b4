//! The shape of the house: what ARCHITECTURE.md promises about folders, files and who may name whom.

#[path = "../../throughline/tests/it/checkout_copy.rs"]
mod checkout_copy;
mod copying;
mod dependencies;
mod libraries;
mod nested_build;
mod new_project;
mod registration;
mod sizes;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folders in `services/` of the checkout at `root`.
pub fn services(root: &Path) -> Vec<String> {
    let folders = fs::read_dir(root.join("services")).unwrap();
    let mut names: Vec<String> =
        folders.map(|folder| folder.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// All Rust files below `folder`, with their text.
pub fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found
}

/// The lines that are code: no comments, so that a comment may speak of anything.
pub fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(|line| line.split("//").next().unwrap_or_default())
}
