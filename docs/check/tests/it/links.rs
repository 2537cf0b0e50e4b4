use crate::repository::Repository;

#[test]
fn links_to_files_folders_headings_and_lines_that_are_there_are_fine() {
    let repository = Repository::with(&[
        (
            "README.md",
            "# A\n\n[b](docs/b.md) [c](docs/b.md#the-code-of-it) [d](docs) [self](#a)\n[l](docs/x.rs#L2) <https://a.example>\n",
        ),
        (
            "docs/b.md",
            "## The `code` of it!\n\n## Twice\n\n## Twice\n\n[up](../README.md) [second](#twice-1)\n",
        ),
        ("docs/x.rs", "// 1\n// 2\n"),
    ]);
    assert_eq!(repository.check(), Vec::<String>::new());
}

#[test]
fn a_dead_link_is_red() {
    let repository = Repository::with(&[("README.md", "# A\n\nSee\n[b](docs/b.md).\n")]);
    assert_eq!(repository.check(), ["README.md:4: there is no docs/b.md"]);
}

#[test]
fn a_dead_anchor_is_red() {
    let repository = Repository::with(&[
        ("README.md", "# A\n\n[b](docs/b.md#old)\n\n[here](#gone)\n\n[line](docs/x.rs#L9)\n"),
        ("docs/b.md", "# New\n"),
        ("docs/x.rs", "// 1\n"),
    ]);
    let expected = [
        "README.md:3: docs/b.md has no heading #old",
        "README.md:5: README.md has no heading #gone",
        "README.md:7: docs/x.rs has no place #L9",
    ];
    assert_eq!(repository.check(), expected);
}

#[test]
fn a_link_to_a_machine_or_out_of_the_repository_is_red() {
    let repository = Repository::with(&[("a/b.md", "[x](/etc/passwd)\n\n[y](../../z.md)\n")]);
    let expected = [
        "a/b.md:1: /etc/passwd leads to a place on one machine: write a path relative to this page",
        "a/b.md:3: ../../z.md leads out of the repository",
    ];
    assert_eq!(repository.check(), expected);
}

#[test]
fn a_file_that_no_clone_would_have_is_not_there() {
    let repository = Repository::with(&[(".gitignore", "made\n"), ("README.md", "[made](made)\n")]);
    repository.write("made", "");
    assert_eq!(repository.check(), ["README.md:1: there is no made"]);
}
