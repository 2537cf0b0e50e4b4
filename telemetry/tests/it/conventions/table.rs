//! The table and the code that it judges must know the same names.

use std::{fs, path::Path};

use telemetry::testing::conventions;

/// The string literals of a file that look like names of the conventions.
fn names(source: &str) -> impl Iterator<Item = &str> {
    let code = source.lines().map(|line| line.split("//").next().unwrap());
    let literals = code.flat_map(|line| line.split('"').skip(1).step_by(2));
    literals.filter(|text| {
        text.contains('.') && text.bytes().all(|byte| b"._".contains(&byte) || byte.is_ascii_lowercase())
    })
}

#[test]
fn every_name_that_this_crate_emits_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/names");
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    // The names of scopes are no attributes, and no convention rules them.
    let declared: String = files.filter(|file| !file.contains("const SCOPE_")).collect();
    assert!(names(&declared).count() > 50);
    let unknown: Vec<_> = names(&declared).filter(|name| !conventions::knows(name)).collect();
    assert!(unknown.is_empty(), "add them to the linter's table from the conventions: {unknown:?}");
}

#[test]
fn every_attribute_of_the_tables_of_spans_and_metrics_has_a_type() {
    for table in [
        include_str!("../../../src/testing/conventions/operation_table.rs"),
        include_str!("../../../src/testing/conventions/metric_table.rs"),
    ] {
        let unknown: Vec<_> = names(table).filter(|name| !conventions::knows(name)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}

#[test]
fn a_name_in_a_comment_or_a_part_of_a_name_is_not_declared() {
    assert!(conventions::knows("throughline.cancelled"));
    assert!(!conventions::knows("throughline.cancel"));
    assert!(!conventions::knows("throughline."));
}
