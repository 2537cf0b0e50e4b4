//! Runs the commands of one page, in its order.

use std::{path::PathBuf, process::Command};

use anyhow::Result;
use tempfile::TempDir;

use crate::{
    background::Background,
    copy::Copy,
    fence::{self, Promise},
    figures::Figures,
    lesson,
    output::{self, Mismatch},
    page::{Fence, Page},
    problem::Problem,
    slow::Slow,
    terminal::{Failure, Terminal},
};

/// A block to run, and the output that the page states for it.
#[derive(Debug)]
pub struct Step<'a> {
    pub block: &'a Fence,
    pub background: bool,
    pub expected: Option<&'a Fence>,
    /// Whether it stands behind the change of a lesson.
    pub changed: bool,
}

pub fn steps(page: &Page) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut runs_before = false;
    let change = page.fences.iter().rfind(|fence| lesson::is_patch(fence)).map(|fence| fence.line);
    for block in &page.fences {
        let promise = fence::promise(block);
        if let (Ok(Promise::Text), true, true, Some(step)) =
            (&promise, block.follows, runs_before, steps.last_mut())
        {
            step.expected = Some(block);
        }
        runs_before = matches!(promise, Ok(Promise::Run | Promise::Background));
        if runs_before {
            let background = promise == Ok(Promise::Background);
            let changed = change.is_some_and(|change| block.line > change);
            steps.push(Step { block, background, expected: None, changed });
        }
    }
    steps
}

/// The blocks that are for people only.
pub fn skipped(page: &Page) -> usize {
    page.fences.iter().filter(|fence| fence::promise(fence) == Ok(Promise::Skip)).count()
}

/// What stays between the two halves of a lesson: the data of the system that it starts, and what its terminal
/// has set.
#[derive(Debug)]
pub struct Session(TempDir);

impl Session {
    /// # Errors
    /// When there is no place for it.
    pub fn begin() -> Result<Self> {
        Ok(Self(tempfile::Builder::new().prefix("docs-check-").tempdir()?))
    }

    fn terminal(&self) -> PathBuf {
        self.0.path().join("terminal")
    }

    /// A system that the page starts begins with empty databases, and leaves a developer's own ones alone.
    fn bash(&self, copy: &Copy) -> Command {
        let mut bash = copy.command("bash");
        bash.env("THROUGHLINE_STATE_DIR", self.0.path().join("state"));
        bash
    }
}

/// Runs `steps` in `copy`. At the first that is wrong the page ends: what follows builds on it.
///
/// # Errors
/// When bash can't be started.
pub fn run(
    page: &Page,
    steps: &[Step<'_>],
    copy: &Copy,
    session: &Session,
    figures: &mut Figures,
) -> Result<Option<Problem>> {
    if steps.is_empty() {
        return Ok(None);
    }
    let slow = Slow::begin();
    let mut beside = Vec::new();
    let mut terminal = Terminal::open(session.bash(copy), &session.terminal())?;
    let mut wrong = None;
    for step in steps {
        let outcome = if step.background {
            let expected = step.expected.map(|fence| fence.body.as_str());
            Background::start(session.bash(copy), &step.block.body, expected)
                .map(|background| beside.push(background))
                .map_err(|error| problem(page, step.block.line, &format!("{error:#}"), ""))
        } else {
            execute(page, step, &mut terminal)
        };
        if let Err(problem) = outcome {
            wrong = Some(problem);
            break;
        }
        figures.commands += 1;
        figures.compared += usize::from(step.expected.is_some());
    }
    if wrong.is_none() && terminal.keep(&session.terminal()).is_err() {
        wrong = Some(problem(page, 1, "its terminal has ended", ""));
    }
    drop(terminal);
    while let Some(background) = beside.pop() {
        if let Err(error) = background.stop() {
            let line = steps.iter().find(|step| step.background).map_or(1, |step| step.block.line);
            wrong.get_or_insert_with(|| problem(page, line, &error.to_string(), ""));
        }
    }
    slow.end(&page.path);
    Ok(wrong)
}

fn execute(page: &Page, step: &Step<'_>, terminal: &mut Terminal) -> Result<(), Problem> {
    let came = terminal.run(&step.block.body).map_err(|Failure { line, why, output }| {
        let line = step.block.line + line.unwrap_or(0);
        let command = page.text.lines().nth(line - 1).unwrap_or_default().trim();
        problem(page, line, &format!("{why}: {command}"), &output)
    })?;
    let Some(expected) = step.expected else { return Ok(()) };
    output::compare(&expected.body, &came).map_err(|Mismatch { expected: at, came: instead }| {
        let wanted = expected.body.lines().nth(at).unwrap_or("the end");
        let instead = instead.unwrap_or_else(|| "nothing like it".to_owned());
        let what = format!("the output is another one\nexpected: {}\ncame:     {instead}", wanted.trim());
        problem(page, expected.line + 1 + at, &what, &came)
    })
}

fn problem(page: &Page, line: usize, what: &str, output: &str) -> Problem {
    let output = output.trim();
    let whole = if output.is_empty() { String::new() } else { format!("\nits whole output:\n{output}") };
    Problem::new(&page.path, line, format!("{what}{whole}"))
}
