use docs_check::excerpt::{Missing, find};

use crate::repository::Repository;

const FILE: &str = "fn main() {\n    one();\n\n    two();\n    if x {\n        three();\n    }\n}\n";

#[test]
fn an_excerpt_may_be_moved_to_the_left_and_have_gaps() {
    assert_eq!(find("one();\n\ntwo();\nif x {\n    three();\n", FILE), Ok(()));
    assert_eq!(find("fn main() {\n…\n        three();\n", FILE), Ok(()));
    assert_eq!(find("fn main() {\n    // …\n    two();\n", FILE), Ok(()));
    assert_eq!(find("…\ntwo();\n…\n", FILE), Ok(()));
}

#[test]
fn an_excerpt_with_another_line_another_order_or_another_shape_is_none() {
    assert_eq!(find("one();\ntwo();\n", FILE), Err(Missing(1)), "a blank line between is a line");
    assert_eq!(find("two();\n…\none();\n", FILE), Err(Missing(2)));
    assert_eq!(find("if x {\nthree();\n", FILE), Err(Missing(1)), "indentation within it counts");
    assert_eq!(find("on();\n", FILE), Err(Missing(0)));
}

#[test]
fn a_renamed_function_turns_its_snippet_red() {
    let page = "# A\n\n```rust src/main.rs\nfn main() {\n    place_order();\n```\n";
    let files = [("README.md", page), ("src/main.rs", "fn main() {\n    place_order();\n}\n")];
    let repository = Repository::with(&files);
    assert_eq!(repository.check(), Vec::<String>::new());
    repository.write("src/main.rs", "fn main() {\n    submit_order();\n}\n");
    assert_eq!(
        repository.check(),
        ["README.md:5: this line does not stand here in src/main.rs: place_order();"]
    );
    std::fs::remove_file(repository.root().join("src/main.rs")).unwrap();
    assert_eq!(repository.check(), ["README.md:3: there is no src/main.rs to be an excerpt of"]);
}
