use std::path::Path;

use throughline::measure::source::Sizes;

use super::root;

const MAX_FILE: usize = 200;
const MAX_FUNCTION_P90: usize = 35;

#[test]
fn no_source_file_is_longer_than_two_hundred_lines() {
    assert_files_are_short(&root());
}

#[test]
fn nine_of_ten_functions_have_at_most_thirty_five_lines() {
    assert_functions_are_short(&root());
}

pub fn assert_files_are_short(root: &Path) {
    let (file, lines) = Sizes::of(root).unwrap().largest_file.unwrap();
    assert!(lines <= MAX_FILE, "{} has {lines} lines", file.display());
}

pub fn assert_functions_are_short(root: &Path) {
    let p90 = Sizes::of(root).unwrap().function_p90;
    assert!(p90 <= MAX_FUNCTION_P90, "nine of ten functions have up to {p90} lines");
}
