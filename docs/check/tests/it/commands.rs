use std::{fs, path::Path};

use docs_check::{
    copy::Copy,
    output::{Mismatch, compare},
    plan::{Part, Plan},
};

use crate::{lessons::LESSON, repository::Repository};

fn run(page: &str) -> Option<String> {
    Repository::with(&[("README.md", page), ("data", "some\n")]).run("README.md", &[], false).0
}

#[test]
fn output_may_have_wild_cards_and_other_blanks() {
    let came = "\nstarting\n  a   b\nthe id is 4711, fine\nend\n";
    assert_eq!(compare("…\na b\nthe id is …, fine\n…\n", came), Ok(()));
    assert_eq!(compare("starting\na b\nthe … is …\nend\n", came), Ok(()));
    assert_eq!(compare("…\nend", came), Ok(()));
    let other = Mismatch { expected: 1, came: Some("a b".to_owned()) };
    assert_eq!(compare("starting\na c\n", came), Err(other));
    let more = Mismatch { expected: 2, came: Some("the id is 4711, fine".to_owned()) };
    assert_eq!(compare("starting\na b\n", came), Err(more));
    assert_eq!(compare("…\nthe id is …, bad\n…", came), Err(Mismatch { expected: 1, came: None }));
}

#[test]
fn the_blocks_of_a_page_share_one_shell_at_the_root() {
    let page = "```sh\nname=$(cat data)\nfunction twice { echo \"$1 $1\"; }\n```\n\n```sh\ntwice $name\necho other >&2\n```\n\
                \n```text\nsome some\noth…\n```\n";
    let repository = Repository::with(&[("README.md", page), ("data", "some\n")]);
    let (problem, figures) = repository.run("README.md", &[], false);
    assert_eq!(problem, None);
    assert_eq!((figures.commands, figures.compared), (2, 1));
}

#[test]
fn changed_output_is_red_at_the_expected_line() {
    let problem = run("# A\n\n```sh\necho one\necho two\n```\n\n```text\none\nthree\n```\n").unwrap();
    let expected = "README.md:10: the output is another one\n    expected: three\n    came:     two\n";
    assert!(problem.starts_with(expected), "{problem}");
}

#[test]
fn a_command_that_fails_is_red_at_its_own_line() {
    let problem = run("```sh\ntrue\nls nowhere\necho never\n```\n").unwrap();
    assert!(problem.starts_with("README.md:3: it fails (exit status: 2): ls nowhere\n"), "{problem}");
    assert!(problem.contains("nowhere"), "{problem}");
    assert!(!problem.contains("never"), "{problem}");
}

#[test]
fn a_text_that_is_not_directly_behind_a_block_is_no_output() {
    assert_eq!(run("```sh\necho one\n```\n\nIt means:\n\n```text\nthree\n```\n"), None);
}

#[test]
fn what_a_page_does_leaves_the_checkout_alone() {
    let repository =
        Repository::with(&[("README.md", "```sh\nrm data\ntouch new\n```\n"), ("data", "some\n")]);
    assert_eq!(repository.run("README.md", &[], false).0, None);
    assert_eq!(repository.read("data"), "some\n");
    assert_eq!(repository.run("README.md", &[], false).0, None, "and the next run finds the file again");
}

#[test]
fn a_background_block_is_up_with_its_output_and_gets_ctrl_c_at_the_end() {
    let page = "```sh background\ntrap 'echo stopped > \"$MARK\"; exit' INT TERM\necho ready: yes\nwhile true; do sleep 0.1; done\n```\n\
                \n```text\nready: …\n```\n\n```sh\necho next\n```\n";
    let mark = tempfile::NamedTempFile::new().unwrap();
    let page = page.replace("$MARK", mark.path().to_str().unwrap());
    let (problem, figures) = Repository::with(&[("README.md", &page)]).run("README.md", &[], false);
    assert_eq!(problem, None);
    assert_eq!((figures.commands, figures.compared), (2, 1));
    assert_eq!(std::fs::read_to_string(mark.path()).unwrap(), "stopped\n");
}

#[test]
fn a_background_block_that_ends_before_it_is_up_is_red() {
    // What was printed is read to its end, also what comes when the block itself is gone.
    let page =
        "\n```sh background\necho no port\n(sleep 0.3; echo at all) &\nexit 3\n```\n\n```text\nready\n```\n";
    let problem = run(page).unwrap();
    assert!(
        problem.starts_with("README.md:2: it ended (exit status: 3)\n    no port\n    at all"),
        "{problem}"
    );
}

#[test]
fn three_parts_run_what_the_whole_runs() {
    let twin = LESSON
        .replace("`main`", "`twin`")
        .replace("# 2.", "# 3.")
        .replace("lesson-check 2", "lesson-check 3");
    let repository = Repository::with(&[
        ("README.md", "```sh\necho one\n```\n"),
        ("docs/learning-path/02-greet/README.md", LESSON),
        ("docs/learning-path/03-greet/README.md", &twin),
        ("greet.sh", "echo hello\n"),
    ]);
    let commands = |part| {
        let (problems, figures) = repository.walk(Plan { commands: true, part, ..Plan::default() });
        assert_eq!(problems, Vec::<String>::new());
        figures.commands
    };
    assert_eq!(commands(None), 5);
    assert_eq!([Part::Readmes, Part::Lessons, Part::Twin].map(|part| commands(Some(part))), [1, 2, 2]);
}

#[test]
fn a_page_starts_the_program_that_was_built_for_it() {
    let page = "```sh\nstat -c %Y,%i \"$CARGO_TARGET_DIR/debug/throughline\" >before\ncargo run --locked --bin throughline\n\
                stat -c %Y,%i \"$CARGO_TARGET_DIR/debug/throughline\" | cmp - before\n```\n";
    let repository = Repository::with(&[
        ("README.md", page),
        ("Cargo.toml", "[package]\nname = \"throughline\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
        ("Cargo.lock", "version = 4\n\n[[package]]\nname = \"throughline\"\nversion = \"0.1.0\"\n"),
        ("src/main.rs", "fn main() {}\n"),
    ]);
    let copy = Copy::make(&repository.pages().0, repository.target()).unwrap();
    assert!(copy.build().unwrap());
    assert_eq!(repository.run("README.md", &[], false).0, None);
}

#[test]
fn the_next_run_of_a_part_finds_both_states_as_old_as_what_was_built_from_them() {
    let repository = Repository::with(&[
        ("docs/learning-path/02-greet/README.md", LESSON),
        ("greet.sh", "echo hello\n"),
        ("same.sh", "echo the same\n"),
    ]);
    let run = || {
        let part = Some(Part::Lessons);
        let (problems, _) = repository.walk(Plan { commands: true, part, ..Plan::default() });
        assert_eq!(problems, Vec::<String>::new());
        ["checkout", "second"].map(|copy| {
            let folder = repository.target().join("docs-check").join(copy);
            let greeting = fs::read_to_string(folder.join("greet.sh")).unwrap();
            let time = |file| fs::metadata(folder.join(file)).unwrap().modified().unwrap();
            (greeting, time("greet.sh"), time("same.sh"))
        })
    };
    let first = run();
    assert_ne!(first[0].0, first[1].0, "the second has the change");
    assert_eq!(run(), first);
}

#[test]
fn the_second_half_has_what_the_first_has_set_and_is_in_its_own_copy() {
    let first = "```sh\nname=world first=$CARGO_INCREMENTAL\nsh greet.sh\n```";
    let second =
        "```sh\necho \"$name in ${PWD##*/}, $CARGO_INCREMENTAL\"\n```\n\n```text\nworld in second, 1\n```";
    let (start, end) = LESSON.split_at(LESSON.find("## Check").unwrap());
    let page = format!("{}{second}\n\n{end}", start.replace("```sh\nsh greet.sh\n```", first));
    let repository =
        Repository::with(&[("docs/learning-path/02-greet/README.md", &page), ("greet.sh", "echo hello\n")]);
    let (problems, figures) =
        repository.walk(Plan { commands: true, part: Some(Part::Lessons), ..Plan::default() });
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(figures.commands, 3);
}

#[test]
fn what_a_page_has_written_is_undone_and_not_built_again_unless_something_was_built_from_it() {
    let repository = Repository::with(&[("proto/a.proto", "a\n")]);
    let (checkout, _) = repository.pages();
    let mut copy = Copy::make(&checkout, repository.target()).unwrap();
    let (folder, file) = (copy.root().join("proto"), copy.root().join("proto/a.proto"));
    let state = || {
        let time = |path| fs::metadata(path).unwrap().modified().unwrap();
        (fs::read_to_string(&file).unwrap(), time(&file), time(&folder))
    };
    let first = state();
    let mut page_and_undo = |build: fn(&Path)| {
        let before = copy.times(&checkout).unwrap();
        fs::write(&file, "changed\n").unwrap();
        fs::write(folder.join("b.proto"), "new\n").unwrap();
        assert!(state() != first);
        build(repository.target());
        copy.undo(&checkout, &before).unwrap();
    };
    page_and_undo(|_| ());
    assert_eq!(state(), first);
    page_and_undo(|target| {
        let unit = target.join("debug/.fingerprint/proto-0");
        fs::create_dir_all(&unit).unwrap();
        fs::write(unit.join("invoked.timestamp"), "").unwrap();
    });
    assert_eq!(state().0, "a\n");
    assert!(state().1 > first.1);
}
