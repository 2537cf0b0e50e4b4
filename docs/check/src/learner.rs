//! `make lesson N` and `make lesson-check N`.

use std::{
    io::{self, IsTerminal},
    path::Path,
    process::Stdio,
};

use anyhow::{Context, Result, bail};

use crate::{
    checkout::Checkout,
    checks::{self, Check},
    copy::as_from_a_terminal,
    git::{self, commit, git},
    lesson::{self, Lesson},
    page::Page,
    pages,
};

const MAIN: &str = "main";

/// Brings the checkout at `root` to the start of lesson `number`, on the branch `lesson-N`. What the learner
/// has made stays: on a branch `mine/…`, or where it was committed.
///
/// # Errors
/// When there is no such lesson, or the learner's `main` is too different for what has to be applied: then
/// everything is as before, but for the commit that kept the work.
pub fn start(root: &Path, number: u32) -> Result<String> {
    let (_, page) = find(root, number)?;
    if git(root, &["rev-parse", "--verify", "--quiet", "refs/heads/main"]).is_err() {
        bail!("there is no branch `{MAIN}` to begin from: make it with `git branch main ORIGIN`");
    }
    let mut said = Vec::new();
    let changed = !git(root, &["status", "--porcelain"])?.is_empty();
    // What was committed on no branch would be lost as well.
    if changed || here(root)?.is_empty() {
        let kept = keep(root, number, changed)?;
        said.push(format!("your work is kept on the branch {kept}"));
    }
    let branch = format!("lesson-{number}");
    if let Some(kept) = set_aside(root, &branch)? {
        said.push(format!("the {branch} that was there is now {kept}"));
    }
    let before = here(root)?;
    git(root, &["switch", "--quiet", "--create", &branch, MAIN])
        .context("git can't switch to a new branch")?;
    if let Err(error) = prepare(root, number) {
        git(root, &["reset", "--quiet", "--hard"])?;
        git(root, &["switch", "--quiet", "--discard-changes", &before])?;
        git(root, &["branch", "--quiet", "-D", &branch])?;
        return Err(error);
    }
    said.push(format!("lesson {number} begins on the branch {branch}: read {page}"));
    Ok(said.join("\n"))
}

/// Applies and commits what the lesson begins after, as the pages on the learner's main have it.
fn prepare(root: &Path, number: u32) -> Result<()> {
    let checkout = Checkout::open(root)?;
    let pages = checkout.pages()?;
    let (lessons, _) = lesson::all(&pages);
    let lesson = lessons.iter().find(|lesson| lesson.number == number);
    let lesson = lesson.with_context(|| format!("there is no lesson {number} on {MAIN}"))?;
    for before in pages::before(&lessons, lesson) {
        if let Some((_, generated)) = &before.generated {
            generated.write(root)?;
        }
        for (_, patch) in &before.patches {
            git::apply(root, patch).with_context(|| {
                format!(
                    "lesson {number} begins after lesson {}, whose change does not apply to your {MAIN}",
                    before.number
                )
            })?;
        }
        git(root, &["add", "--all"])?;
        commit(root, &format!("Lesson {}: {}", before.number, before.title))?;
    }
    Ok(())
}

/// A new branch for what is here; what is not committed is committed there.
fn keep(root: &Path, number: u32, changed: bool) -> Result<String> {
    let place = here(root)?;
    let place = place.trim_start_matches("mine/");
    let branch = free(root, if place.is_empty() { "work" } else { place })?;
    git(root, &["switch", "--quiet", "--create", &branch])?;
    if changed {
        git(root, &["add", "--all"])?;
        commit(root, &format!("Work in progress, kept when lesson {number} began"))?;
    }
    Ok(branch)
}

/// A branch of an earlier start is renamed: there may be commits on it.
fn set_aside(root: &Path, branch: &str) -> Result<Option<String>> {
    if git(root, &["rev-parse", "--verify", "--quiet", &format!("refs/heads/{branch}")]).is_err() {
        return Ok(None);
    }
    let kept = free(root, branch)?;
    git(root, &["branch", "--move", branch, &kept])?;
    Ok(Some(kept))
}

/// The first of `mine/NAME`, `mine/NAME-2`, … that there is not.
fn free(root: &Path, name: &str) -> Result<String> {
    let taken = git(root, &["branch", "--list", "--format=%(refname:short)", "mine/*"])?;
    let numbered = (2..).map(|number| format!("mine/{name}-{number}"));
    let mut names = std::iter::once(format!("mine/{name}")).chain(numbered);
    names.find(|name| !taken.lines().any(|line| line == name)).context("all names are taken")
}

/// The branch; empty where the checkout is on none.
fn here(root: &Path) -> Result<String> {
    Ok(git(root, &["branch", "--show-current"])?.trim().to_owned())
}

fn find(root: &Path, number: u32) -> Result<(Lesson, String)> {
    let pages: Vec<Page> = Checkout::open(root)?.pages()?;
    let (mut lessons, _) = lesson::all(&pages);
    let there: Vec<String> = lessons.iter().map(|lesson| lesson.number.to_string()).collect();
    let at = lessons.iter().position(|lesson| lesson.number == number);
    let at = at.with_context(|| format!("there is no lesson {number}; there are {}", there.join(", ")))?;
    let lesson = lessons.swap_remove(at);
    let page = pages[lesson.page].path.clone();
    Ok((lesson, page))
}

/// Whether lesson `number` is done in the checkout at `root`: yes or no, and the sentence that says it.
///
/// # Errors
/// When the check itself can't be run.
pub fn done(root: &Path, number: u32) -> Result<(bool, String)> {
    let (lesson, page) = find(root, number)?;
    let arguments = checks::arguments(lesson.base);
    // What the compiler says is for the learner, and how far it is: the first build takes some minutes.
    let quiet = !io::stderr().is_terminal();
    let shown = arguments.iter().filter(|argument| quiet || **argument != "--quiet");
    let built = as_from_a_terminal("cargo").args(shown).arg("--no-run").current_dir(root).status()?;
    if !built.success() {
        return Ok((false, format!("not yet: lesson {number} does not compile, see above")));
    }
    let mut cargo = as_from_a_terminal("cargo");
    cargo.args(arguments).args(["--", "--ignored", "--format=pretty", &format!("lesson_{number:02}_")]);
    let output = cargo.current_dir(root).env("RUST_BACKTRACE", "0").stderr(Stdio::null()).output()?;
    let checks = checks::read(&String::from_utf8_lossy(&output.stdout));
    let own: Vec<&Check> = checks.iter().filter(|check| check.lesson == number).collect();
    if own.is_empty() {
        bail!("lesson {number} has no check called lesson_{number:02}_…");
    }
    let Some(red) = own.iter().find(|check| !check.green) else {
        return Ok((true, format!("lesson {number} is done: {}", lesson.title)));
    };
    match &red.not_yet {
        Some(sentence) => Ok((false, sentence.clone())),
        None => bail!("the check {} of {page} failed for another reason:\n{}", red.name, red.printed),
    }
}
