//! A copy of this checkout, for tests that write into one.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

/// The folder of the workspace, whichever crate of it is tested.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// What a clone would have, with the changes that are not committed yet. Files keep their times: cargo builds
/// what is older than its results no second time.
pub fn copy_checkout(to: &Path) {
    for file in tracked_files() {
        let (from, to) = (root().join(&file), to.join(&file));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&from, &to).unwrap();
        let modified = fs::metadata(&from).unwrap().modified().unwrap();
        File::options().append(true).open(&to).unwrap().set_modified(modified).unwrap();
    }
}

fn tracked_files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "this test needs git and a checkout");
    let files = String::from_utf8(output.stdout).unwrap();
    files.lines().map(PathBuf::from).filter(|file| root().join(file).is_file()).collect()
}

/// Every file below `folder` with its content, and every folder.
#[allow(dead_code, reason = "not every crate whose tests copy a checkout compares two")]
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.insert(path.clone(), None);
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), Some(fs::read(&path).unwrap()));
        }
    }
    found
}
