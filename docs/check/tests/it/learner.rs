use docs_check::{git::git, learner};

use crate::{lessons::LESSON, repository::Repository};

/// Lesson 3 begins with the change of lesson 2.
fn repository() -> Repository {
    let second = LESSON
        .replace("# 2.", "# 3.")
        .replace("`main`", "`main` after 2")
        .replace("lesson-check 2", "lesson-check 3")
        .replace("-echo hello\n+echo hello, world\n", "-echo hello, world\n+echo hello, all\n");
    Repository::with(&[
        ("docs/learning-path/02-greet/README.md", LESSON),
        ("docs/learning-path/03-greet-all/README.md", &second),
        ("greet.sh", "echo hello\n"),
        ("other.txt", "other\n"),
    ])
}

fn branch(repository: &Repository) -> String {
    git(repository.root(), &["branch", "--show-current"]).unwrap().trim().to_owned()
}

#[test]
fn a_lesson_begins_on_a_branch_of_its_own_with_the_changes_of_those_before() {
    let repository = repository();
    let said = learner::start(repository.root(), 3).unwrap();
    assert_eq!(
        said,
        "lesson 3 begins on the branch lesson-3: read docs/learning-path/03-greet-all/README.md"
    );
    assert_eq!(branch(&repository), "lesson-3");
    assert_eq!(repository.read("greet.sh"), "echo hello, world\n");
    assert_eq!(git(repository.root(), &["status", "--porcelain"]).unwrap(), "");
    assert_eq!(git(repository.root(), &["log", "-1", "--format=%s"]).unwrap(), "Lesson 2: Greet\n");
}

#[test]
fn work_that_is_not_committed_is_kept_on_a_branch() {
    let repository = repository();
    learner::start(repository.root(), 2).unwrap();
    repository.write("greet.sh", "echo mine\n");
    repository.write("new.txt", "new\n");
    let said = learner::start(repository.root(), 3).unwrap();
    assert!(said.starts_with("your work is kept on the branch mine/lesson-2\n"), "{said}");
    assert!(!repository.root().join("new.txt").exists());
    git(repository.root(), &["switch", "--quiet", "mine/lesson-2"]).unwrap();
    assert_eq!(
        (repository.read("greet.sh"), repository.read("new.txt")),
        ("echo mine\n".into(), "new\n".into())
    );
}

#[test]
fn a_lesson_that_is_begun_again_keeps_what_was_committed_on_its_branch() {
    let repository = repository();
    learner::start(repository.root(), 2).unwrap();
    repository.write("greet.sh", "echo mine\n");
    repository.commit();
    let said = learner::start(repository.root(), 2).unwrap();
    assert!(said.starts_with("the lesson-2 that was there is now mine/lesson-2\n"), "{said}");
    assert_eq!(repository.read("greet.sh"), "echo hello\n");
    learner::start(repository.root(), 2).unwrap();
    let branches = git(repository.root(), &["branch", "--format=%(refname:short)"]).unwrap();
    assert_eq!(branches, "lesson-2\nmain\nmine/lesson-2\nmine/lesson-2-2\n");
}

#[test]
fn a_main_on_which_the_changes_do_not_apply_leaves_everything_as_it_was() {
    let repository = repository();
    repository.write("greet.sh", "echo something else\n");
    repository.commit();
    let error = format!("{:#}", learner::start(repository.root(), 3).unwrap_err());
    assert!(error.contains("begins after lesson 2, whose change does not apply to your main"), "{error}");
    assert_eq!(branch(&repository), "main");
    let branches = git(repository.root(), &["branch", "--format=%(refname:short)"]).unwrap();
    assert_eq!(branches, "main\n");
}

#[test]
fn a_lesson_that_is_not_there_is_said_to_be_none() {
    let error = learner::start(repository().root(), 9).unwrap_err().to_string();
    assert_eq!(error, "there is no lesson 9; there are 2, 3");
}
