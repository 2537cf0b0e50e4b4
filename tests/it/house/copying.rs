use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::root;

/// The copier's first minute: a folder is copied, one name is changed.
#[test]
fn a_copied_service_with_a_new_name_builds_and_passes_its_tests() {
    let checkout = tempfile::tempdir().unwrap();
    for file in tracked_files() {
        copy(&root().join(&file), &checkout.path().join(&file));
        if let Ok(inner) = file.strip_prefix("services/orders") {
            copy(&root().join(&file), &checkout.path().join("services/payments").join(inner));
        }
    }
    let manifest = checkout.path().join("services/payments/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    assert_eq!(text.matches("\"orders\"").count(), 1, "the name stands once");
    fs::write(&manifest, text.replace("\"orders\"", "\"payments\"")).unwrap();

    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "-p", "payments"])
        .current_dir(checkout.path())
        .env("CARGO_TARGET_DIR", target_folder())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("test result: ok. "), "{text}");
}

/// What a clone would have, with the changes that are not committed yet.
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

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    fs::copy(from, to).unwrap();
}

/// A folder of its own inside the one that the tests were built in: the dependencies are not built anew
/// for every run, and no other build waits.
fn target_folder() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(3).unwrap().to_owned()
}
