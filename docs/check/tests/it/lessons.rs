use docs_check::{
    checks::{self, Check},
    figures::Figures,
    lesson, pages,
};

use crate::repository::Repository;

const PATH: &str = "docs/learning-path/02-greet/README.md";

/// A lesson that changes `greet.sh`, and shows it before and after.
pub const LESSON: &str = "# 2. Greet

**Track** Beginner · **Time** 5 min · **Needs** bash · **Know before** nothing
**Start** `main`

## Goal

## Run

```sh
sh greet.sh
```

```text
hello
```

## Look

```script greet.sh
echo hello
```

## Change

```diff
--- a/greet.sh
+++ b/greet.sh
@@ -1 +1 @@
-echo hello
+echo hello, world
```

```script greet.sh
echo hello, world
```

## Check

```sh skip: the check of an example
make lesson-check 2
```

```sh
sh greet.sh
```

```text
hello, world
```

## Go deeper
";

fn repository(page: &str) -> Repository {
    Repository::with(&[(PATH, page), ("greet.sh", "echo hello\n")])
}

#[test]
fn two_lessons_that_change_the_same_line_are_told() {
    let repository = repository(LESSON);
    let other = LESSON.replace("# 2. Greet", "# 3. Greet").replace("lesson-check 2", "lesson-check 3");
    repository.write("docs/learning-path/03-greet/README.md", &other);
    repository.commit();
    let problems = repository.check();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("03-greet/README.md:26: this patch does not apply"), "{problems:?}");
}

#[test]
fn a_lesson_shows_files_as_they_are_before_and_after_its_change() {
    let repository = repository(LESSON);
    assert_eq!(repository.check(), Vec::<String>::new());
    let (checkout, pages) = repository.pages();
    let mut figures = Figures::default();
    pages::check(&checkout, &pages, &mut figures);
    assert_eq!((figures.lessons, figures.patches, figures.excerpts), (1, 1, 2));
}

#[test]
fn what_stands_behind_the_change_is_run_with_it() {
    let repository = repository(LESSON);
    assert_eq!(repository.run(PATH, &[], false).0, None);
    assert_eq!(repository.run(PATH, &[2], true).0, None);
    let (problem, _) = repository.run(PATH, &[], true);
    let problem = problem.expect("without the change its output is another one");
    assert!(problem.starts_with(&format!("{PATH}:49: the output is another one")), "{problem}");
}

#[test]
fn a_patch_that_does_not_apply_is_red() {
    let repository = repository(LESSON);
    repository.write("greet.sh", "echo goodbye\n");
    let problem = repository.check().remove(0);
    let expected = format!(
        "{PATH}:26: this patch does not apply to the start of the lesson\n    error: patch failed: greet.sh:1"
    );
    assert!(problem.starts_with(&expected), "{problem}");
}

#[test]
fn a_lesson_of_another_form_is_red_at_the_line() {
    let wrong = |from: &str, to: &str| {
        let problem = repository(&LESSON.replace(from, to)).check().remove(0);
        problem.strip_prefix(PATH).unwrap().to_owned()
    };
    assert!(
        wrong("# 2. Greet", "# 3. Greet").starts_with(":1: the first line of this lesson is `# 2. TITLE`")
    );
    assert!(wrong("Beginner", "Advanced").starts_with(":3: the third line says `**Track** Beginner"));
    assert!(wrong("`main`", "`master`").starts_with(":4: the fourth line says"));
    assert!(wrong("`main`", "`main` after 1").starts_with(":4: there is no lesson 1 to begin after"));
    assert!(wrong("## Look", "## See").starts_with(":18: the sections of a lesson are"));
    assert!(
        wrong("make lesson-check 2", "make lesson-check 3")
            .contains("lacks a block with `make lesson-check 2`")
    );
    assert!(
        wrong("## Goal\n", &"word\n".repeat(120))
            .contains("a lesson has at most 120 lines besides its patch")
    );
}

#[test]
fn a_lesson_that_the_map_does_not_lead_to_is_red() {
    let repository = repository(LESSON);
    repository.write("docs/learning-path/README.md", "# Path\n");
    assert_eq!(repository.check(), ["docs/learning-path/README.md:1: lesson 2 is not on the map"]);
    repository.write("docs/learning-path/README.md", "# Path\n\n[2](02-greet/README.md)\n");
    assert_eq!(repository.check(), Vec::<String>::new());
}

/// As cargo prints two checks of which one is red.
const PRINTED: &str = "
running 2 tests
test greet::lesson_02_the_greeting_names_the_world ... FAILED
test trace::lesson_01_the_span_is_there ... ok

failures:

---- greet::lesson_02_the_greeting_names_the_world stdout ----

thread 'greet' (7) panicked at tests/lessons/02.rs:9:5:
not yet: the greeting is `hello`,
and names nobody
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    greet::lesson_02_the_greeting_names_the_world
";

fn own(checks: &[Check]) -> Vec<&Check> {
    checks.iter().filter(|check| check.lesson == 2).collect()
}

fn verdict(printed: &str, changed: bool) -> Option<String> {
    let repository = repository(LESSON);
    let (_, pages) = repository.pages();
    let (lessons, _) = lesson::all(&pages);
    checks::verdict(&lessons[0], &own(&checks::read(printed)), changed)
}

#[test]
fn a_check_is_red_by_its_own_sentence() {
    let checks = checks::read(PRINTED);
    assert_eq!(checks.len(), 2);
    assert!(!checks[0].green && checks[1].green);
    assert_eq!(checks[0].not_yet.as_deref(), Some("not yet: the greeting is `hello`,\nand names nobody"));
    assert_eq!(verdict(PRINTED, false), None);
}

#[test]
fn a_check_that_is_green_before_the_change_is_red_here() {
    let green = PRINTED.replace("FAILED", "ok");
    let expected = "the check greet::lesson_02_the_greeting_names_the_world is green before the change";
    assert_eq!(verdict(&green, false).as_deref(), Some(expected));
    assert_eq!(verdict(&green, true), None);
}

#[test]
fn a_check_that_is_red_after_the_change_or_breaks_or_is_not_there_is_red_here() {
    assert!(verdict(PRINTED, true).unwrap().contains("is red after the change\nthread 'greet'"));
    let broken = PRINTED.replace("not yet: ", "no such file: ");
    assert!(verdict(&broken, false).unwrap().contains("is red, but not by a sentence"));
    assert!(verdict("", false).unwrap().starts_with("there is no check"));
}
