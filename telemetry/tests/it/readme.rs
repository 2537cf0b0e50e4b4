//! The tables name tests that are here and metrics that there are, and the example is as short as it says.

use std::{fs, path::Path};

use telemetry::testing::conventions;

fn file(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_test_that_the_table_of_edges_names_is_run() {
    let (readme, main) = (file("README.md"), file("tests/it/main.rs"));
    let edges = readme.split("## ").find(|section| section.starts_with("Edges")).unwrap();
    let rows = edges.lines().filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    let cells: Vec<&str> = rows.filter_map(|row| row.trim_end_matches(" |").rsplit("| ").next()).collect();
    assert_eq!(cells.len(), 8, "a row for each edge");
    for name in
        cells.iter().flat_map(|cell| cell.split('`')).filter(|name| !name.trim_matches([' ', '|']).is_empty())
    {
        assert!(main.contains(&format!("mod {name};")), "there is no test `{name}`");
    }
}

/// In the last column; before those that are elsewhere stands where.
#[test]
fn every_test_that_the_table_of_losses_names_is_run() {
    let (readme, main) = (file("README.md"), file("tests/it/main.rs"));
    let losses = readme.split("## ").find(|section| section.starts_with("Losses")).unwrap();
    let rows = losses.lines().filter(|line| line.starts_with("| ") && line.ends_with("` |"));
    let cells: Vec<&str> = rows.filter_map(|row| row.trim_end_matches(" |").rsplit("| ").next()).collect();
    assert!(cells.len() > 5, "{cells:?}");
    for cell in cells.into_iter().filter(|cell| cell.starts_with('`')) {
        for name in cell.split('`').filter(|name| !name.trim().is_empty()) {
            assert!(main.contains(&format!("mod {name};")), "there is no test `{name}`");
        }
    }
}

#[test]
fn every_metric_of_the_crates_health_is_in_the_readme() {
    let (readme, names) = (file("README.md"), file("src/names/health.rs"));
    let metrics = names.split('"').filter(|name| name.starts_with("otel.sdk."));
    let missing: Vec<_> = metrics.filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_tables_of_metrics_name_metrics_and_tests_that_there_are() {
    let (readme, main) = (file("README.md"), file("tests/it/main.rs"));
    let metrics = readme.split("\n## ").find(|section| section.starts_with("Metrics")).unwrap();
    let words: Vec<&str> = metrics.split('`').skip(1).step_by(2).collect();
    let is_name = |word: &str| {
        word.contains('.') && word.bytes().all(|byte| b"._".contains(&byte) || byte.is_ascii_lowercase())
    };
    let names: Vec<&&str> = words.iter().filter(|word| is_name(word)).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(conventions::knows(name), "there is no `{name}`");
    }
    let tests: Vec<&&str> = words.iter().filter(|word| main.contains(&format!("mod {word};"))).collect();
    for test in ["exemplars", "metric_sender", "process_metrics", "runtime_metrics", "metric_health"] {
        assert!(tests.contains(&&test), "the section does not name the test `{test}`");
    }
}

#[test]
fn the_example_instruments_a_service_in_sixty_lines() {
    assert!(file("examples/notes.rs").lines().count() <= 60);
}
