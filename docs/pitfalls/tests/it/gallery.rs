//! The gallery is whole: every mistake has its two programs, its page, its test, and its place in the index.

use std::{fs, path::Path};

use crate::pair::gallery;

const MOST_LINES: usize = 40;

/// The folders of the mistakes, in their order.
fn folders() -> Vec<String> {
    let entries = fs::read_dir(gallery()).unwrap().map(|entry| entry.unwrap().file_name());
    let names = entries.map(|name| name.into_string().unwrap());
    let mut folders: Vec<_> = names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).collect();
    folders.sort();
    folders
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_mistake_has_two_programs_and_a_page_of_at_most_forty_lines() {
    for folder in folders() {
        for file in ["broken.rs", "fixed.rs", "README.md"] {
            let lines = text(&gallery().join(&folder).join(file)).lines().count();
            assert!(lines <= MOST_LINES, "{folder}/{file} has {lines} lines");
        }
    }
}

#[test]
fn the_mistakes_are_numbered_without_a_gap_and_are_at_least_twelve() {
    let numbers: Vec<usize> = folders().iter().map(|folder| folder[..2].parse().unwrap()).collect();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
    assert!(numbers.len() >= 12);
}

#[test]
fn every_mistake_is_in_the_index_and_is_tested() {
    let index = text(&gallery().join("README.md"));
    let tests: String =
        ["delivery", "metrics", "settings", "spans", "traces"].iter().map(|name| test(name)).collect();
    for folder in folders() {
        assert!(index.contains(&format!("({folder}/README.md)")), "the index lacks {folder}");
        assert!(tests.contains(&format!("Pair::of(\"{folder}\")")), "no test runs {folder}");
    }
}

fn test(name: &str) -> String {
    text(&gallery().join("tests/it").join(format!("{name}.rs")))
}
