//! The checks of the lessons: Rust tests called `lesson_04_…`, ignored unless they are asked for.

use anyhow::{Result, bail};

use crate::{
    copy::Copy,
    lesson::{Base, Lesson},
    slow::Slow,
};

/// What a check that is red says first to the learner.
pub const NOT_YET: &str = "not yet: ";

const TWIN: &str = "docs/learning-path/twin/Cargo.toml";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub lesson: u32,
    pub name: String,
    pub green: bool,
    /// Why it is red, in the check's own sentence, if it has one.
    pub not_yet: Option<String>,
    /// All that a red one printed.
    pub printed: String,
}

/// The arguments for cargo that build the test binary with the checks.
pub fn arguments(base: Base) -> &'static [&'static str] {
    match base {
        Base::Main => &["test", "--quiet", "--workspace", "--test", "lessons"],
        Base::Twin => &["test", "--quiet", "--workspace", "--manifest-path", TWIN, "--test", "lessons"],
    }
}

/// All checks of the last state they were run in: where one lesson ends, the next one may begin.
#[derive(Debug, Default)]
pub struct Found(Option<(Base, Vec<u32>, Vec<Check>)>);

impl Found {
    /// Those of `copy`, in which the lessons `done` are done; they run if that is another state than last time.
    ///
    /// # Errors
    /// When they don't compile.
    pub fn after(&mut self, done: &[&Lesson], base: Base, copy: &Copy) -> Result<Vec<Check>> {
        let done: Vec<u32> = done.iter().map(|lesson| lesson.number).collect();
        match &self.0 {
            Some((last, before, found)) if (*last, before) == (base, &done) => Ok(found.clone()),
            _ => {
                let found = run(copy, base)?;
                self.0 = Some((base, done, found.clone()));
                Ok(found)
            }
        }
    }
}

fn run(copy: &Copy, base: Base) -> Result<Vec<Check>> {
    let slow = Slow::begin();
    let mut cargo = copy.command("cargo");
    let output = cargo.args(arguments(base)).args(["--locked", "--no-run"]).output()?;
    if !output.status.success() {
        bail!("it does not compile\n{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let mut cargo = copy.command("cargo");
    let output =
        cargo.args(arguments(base)).args(["--locked", "--", "--ignored", "--format=pretty"]).output()?;
    slow.end(&format!("all checks of lessons that start from {base:?}"));
    Ok(read(&String::from_utf8_lossy(&output.stdout)))
}

/// Runs every other test of the twin.
///
/// # Errors
/// With what the tests printed, when one is red.
pub fn tests_of_the_twin(copy: &Copy) -> Result<()> {
    let slow = Slow::begin();
    let mut cargo = copy.command("cargo");
    let output =
        cargo.args(["test", "--quiet", "--workspace", "--locked", "--manifest-path", TWIN]).output()?;
    if !output.status.success() {
        let printed = [output.stdout, output.stderr].concat();
        bail!("{}", String::from_utf8_lossy(&printed).trim());
    }
    slow.end("all tests of the twin");
    Ok(())
}

/// # Errors
/// With what the first printed that is red.
pub fn all_green(checks: &[Check]) -> Result<()> {
    match checks.iter().find(|check| !check.green) {
        Some(red) => bail!("{}\n{}", red.name, red.printed),
        None => Ok(()),
    }
}

/// What is wrong with the checks of `lesson`.
pub fn verdict(lesson: &Lesson, own: &[&Check], changed: bool) -> Option<String> {
    let number = lesson.number;
    if own.is_empty() {
        return Some(format!("there is no check: no ignored test is called lesson_{number:02}_…"));
    }
    let mut red = own.iter().filter(|check| !check.green).peekable();
    if changed {
        return red
            .next()
            .map(|check| format!("the check {} is red after the change\n{}", check.name, check.printed));
    }
    if red.peek().is_none() {
        return Some(format!("the check {} is green before the change", own[0].name));
    }
    let speechless = red.find(|check| check.not_yet.is_none())?;
    Some(format!(
        "the check {} is red, but not by a sentence that begins with `{}`\n{}",
        speechless.name,
        NOT_YET.trim(),
        speechless.printed
    ))
}

/// From what the test binary prints.
pub fn read(printed: &str) -> Vec<Check> {
    let results = printed.lines().filter_map(|line| line.strip_prefix("test ")?.split_once(" ... "));
    let results = results.filter_map(|(name, result)| {
        let number = name.split("lesson_").last()?.get(..2)?.parse().ok()?;
        // Behind the name may stand `- should panic` and the like; no check does.
        Some((number, name.to_owned(), result))
    });
    results
        .map(|(lesson, name, result)| {
            let printed = section(printed, &name);
            let not_yet = not_yet(&printed);
            Check { lesson, name, green: result.starts_with("ok"), not_yet, printed }
        })
        .collect()
}

/// What a red test printed.
fn section(printed: &str, name: &str) -> String {
    let title = format!("---- {name} stdout ----");
    let lines = printed.lines().skip_while(|line| *line != title).skip(1);
    let lines: Vec<&str> =
        lines.take_while(|line| !line.starts_with("---- ") && *line != "failures:").collect();
    lines.join("\n").trim().to_owned()
}

/// The sentence for the learner: up to the end of the paragraph, without what the panic adds.
fn not_yet(printed: &str) -> Option<String> {
    let mut lines = printed.lines().skip_while(|line| !line.starts_with(NOT_YET));
    let first = lines.next()?;
    let more = lines.take_while(|line| !line.trim().is_empty() && !line.starts_with("note: "));
    Some(std::iter::once(first).chain(more).collect::<Vec<_>>().join("\n"))
}
