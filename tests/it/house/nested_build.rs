//! Building a copy of this checkout from within a test, in the folder where the test itself was built.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::{checkout_copy::contents, root};

/// What is built for a copy goes where this test was built, since the dependencies are there. To cargo, a crate
/// of another version is another crate, and so is all that depends on it; one that only lies elsewhere would take the
/// place of ours, or of another copy's. What is the same in both is built once.
pub fn be_another_version(checkout: &Path, name_of_copy: &str, changed: &[&str]) {
    let version = format!("\nversion = \"0.1.0-{name_of_copy}\"\n");
    for name in changed {
        let manifest = checkout.join(name).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        assert_eq!(text.matches("\nversion.workspace = true\n").count(), 1, "{text}");
        fs::write(&manifest, text.replace("\nversion.workspace = true\n", &version)).unwrap();
    }
}

pub fn give_tests_a_name_of_their_own(checkout: &Path, service: &str) {
    let tests = checkout.join("services").join(service).join("tests");
    fs::rename(tests.join("it"), tests.join(format!("it-{service}"))).unwrap();
}

/// Makes `folder` what `written` is. What is there already keeps its time, and what is also in this checkout gets the time
/// that it has here: cargo builds it no second time.
pub fn bring(folder: &Path, written: &Path) {
    fs::create_dir_all(folder).unwrap();
    let (there, wanted) = (contents(folder), contents(written));
    // A folder stands before what is in it.
    for path in there.keys().rev() {
        if !wanted.contains_key(&written.join(path.strip_prefix(folder).unwrap())) {
            if path.is_dir() { fs::remove_dir(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
    }
    for (from, content) in &wanted {
        let path = from.strip_prefix(written).unwrap();
        let to = folder.join(path);
        match content {
            None => fs::create_dir_all(to).unwrap(),
            Some(_) => {
                if there.get(&to) != Some(content) {
                    fs::copy(from, &to).unwrap();
                }
                if fs::read(root().join(path)).ok() == *content {
                    let modified = fs::metadata(root().join(path)).unwrap().modified().unwrap();
                    File::options().append(true).open(to).unwrap().set_modified(modified).unwrap();
                }
            }
        }
    }
}

/// What cargo says, on standard output.
pub fn cargo(checkout: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    // What cargo tells this test about its own crate. Build scripts that look at it would run once more, and
    // half of the dependencies would be built again, here and by the next build outside.
    for (name, _) in std::env::vars() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start)) {
            command.env_remove(name);
        }
    }
    said(command.args(arguments).current_dir(checkout).env("CARGO_TARGET_DIR", target_folder()))
}

pub fn run(program: &Path, arguments: &[&str], folder: &Path) -> String {
    said(Command::new(program).args(arguments).current_dir(folder))
}

#[track_caller]
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {text}{complaints}");
    // A manifest that speaks of a dependency that is not there: every command would begin with it.
    assert!(!complaints.contains("did not match any packages"), "{command:?}: {complaints}");
    text
}

/// The target of this name in cargo's messages.
pub fn executable(messages: &str, target: &str) -> PathBuf {
    let messages = messages.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut built = messages.filter(|message| message["target"]["name"] == target);
    let executable = built.find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)));
    executable.unwrap_or_else(|| panic!("{target} was not built"))
}

/// Where this test was built.
pub fn target_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_owned()
}
