//! A twin of a test's own, with two lessons and their checks, built by a real cargo.

use std::fs;

use docs_check::plan::{Part, Plan};

use crate::{lessons::LESSON, repository::Repository};

const MANIFEST: &str = "[package]
name = \"twin\"
version = \"0.1.0\"
edition = \"2024\"

[workspace]

[[test]]
name = \"lessons\"
path = \"lessons.rs\"
";
const LOCK: &str = "version = 4\n\n[[package]]\nname = \"twin\"\nversion = \"0.1.0\"\n";

/// Each run leaves a line beside what is built.
const CHECKS: &str = r#"
use std::{fs, io::Write, path::Path};

fn check(file: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runs = root.join("../../../../../runs");
    fs::File::options().append(true).create(true).open(runs).unwrap().write_all(b"run\n").unwrap();
    let greeting = fs::read_to_string(root.join("../../..").join(file)).unwrap();
    assert!(greeting.contains("hello, world"), "not yet: {file} names nobody");
}

#[test]
#[ignore = "a lesson's"]
fn lesson_03_one_names_the_world() {
    check("one.sh");
}

#[test]
#[ignore = "a lesson's"]
fn lesson_04_two_names_the_world() {
    check("two.sh");
}
"#;

const GREEN: &str = "#[test]\nfn own() {}\n";

fn lesson(number: &str, file: &str, start: &str) -> String {
    LESSON.replace('2', number).replace("greet.sh", file).replace("`main`", start)
}

/// With these changes by its two lessons, and a test of its own.
fn walk(one: &str, two: &str, own: &str) -> (Vec<String>, [usize; 2], usize) {
    let repository = Repository::with(&[
        ("docs/learning-path/twin/Cargo.toml", MANIFEST),
        ("docs/learning-path/twin/Cargo.lock", LOCK),
        ("docs/learning-path/twin/src/lib.rs", own),
        ("docs/learning-path/twin/lessons.rs", CHECKS),
        ("docs/learning-path/03-one/README.md", one),
        ("docs/learning-path/04-two/README.md", two),
        ("one.sh", "echo hello\n"),
        ("two.sh", "echo hello\n"),
    ]);
    let part = Some(Part::Twin);
    let (problems, figures) = repository.walk(Plan { checks: true, part, ..Plan::default() });
    let runs = fs::read_to_string(repository.target().join("runs")).unwrap();
    (problems, [figures.red, figures.green], runs.lines().count())
}

#[test]
fn the_checks_run_once_in_each_state_of_the_twin() {
    let two = lesson("4", "two.sh", "`twin` after 3");
    let (problems, figures, runs) = walk(&lesson("3", "one.sh", "`twin`"), &two, GREEN);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(figures, [2, 2]);
    assert_eq!(runs, 3 * 2, "two checks before both lessons, between them, behind both");
}

#[test]
fn a_lesson_that_takes_away_what_an_earlier_one_gave_is_red() {
    let takes = "--- a/one.sh\n+++ b/one.sh\n@@ -1 +1 @@\n-echo hello, world\n+echo hello\n--- a/two.sh";
    let two = lesson("4", "two.sh", "`twin` after 3").replace("--- a/two.sh", takes);
    let (problems, _, _) = walk(&lesson("3", "one.sh", "`twin`"), &two, GREEN);
    assert_eq!(problems.len(), 1, "{problems:?}");
    let expected = "after this lesson a test of the twin is red\n    lesson_03_one_names_the_world";
    assert!(problems[0].contains(expected), "{problems:?}");
}

#[test]
fn a_test_of_the_twin_that_its_last_lesson_leaves_red_is_red() {
    let two = lesson("4", "two.sh", "`twin` after 3");
    let red = "#[test]\nfn own() { panic!(\"the contract\") }\n";
    let (problems, figures, _) = walk(&lesson("3", "one.sh", "`twin`"), &two, red);
    assert_eq!(figures, [2, 2]);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("after this lesson a test of the twin is red"), "{problems:?}");
    assert!(problems[0].contains("the contract"), "{problems:?}");
}
