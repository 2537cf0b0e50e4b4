//! The command line. The comments are the manual: `--help` prints them.

use std::{
    collections::HashMap,
    env,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};

use crate::{
    checkout::Checkout,
    checks::Found,
    copy::Copy,
    figures::Figures,
    git, learner, lesson, pages,
    plan::{Part, Plan},
    problem::Problem,
    run,
    walk::Walk,
};

/// `EX_USAGE` of sysexits.h.
const EXIT_USAGE: u8 = 64;

/// Hold every page of this repository against the code.
///
/// Without a command everything is held: links, excerpts and the form of every tracked Markdown page, then the
/// commands of all pages and the checks of all lessons, in a copy of the checkout below the target folder. What
/// is wrong is said as `page:line: what`; the exit code is 0 only if nothing is.
///
/// On a page, ```sh runs, and a ```text directly behind it is what it prints (`…` stands for any text, alone
/// on a line for any lines); ```sh background runs beside the page, until its text has come or `up` is
/// ready; ```sh skip: REASON is for people only. ```rust PATH is an excerpt of that file. A ```diff in the section
/// Change of a lesson is the lesson's patch. The rules of a lesson are in docs/learning-path/README.md.
#[derive(Debug, Parser)]
#[command(name = "docs-check", version, args_conflicts_with_subcommands = true)]
struct Cli {
    /// Only a part of the commands and checks, built in a folder of its own, docs-check/PART in the target folder; the
    /// three can run beside each other, each in a network of its own
    #[arg(long, value_enum)]
    part: Option<Part>,

    /// Run nothing of it, and only build the program with which most pages begin
    #[arg(long, requires = "part")]
    build: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Links, anchors, excerpts, fences, the form of lessons, and that their patches apply; nothing is run
    Pages,
    /// Run the commands of all pages, or of some, and compare what they print
    Run {
        /// Paths from the checkout's root
        pages: Vec<String>,
    },
    /// Compile each state of the lessons; their checks are red before the change and green after it
    Lessons,
    /// Begin a lesson: `make lesson N`
    Start { lesson: u32 },
    /// Whether a lesson is done: `make lesson-check N`
    Done { lesson: u32 },
}

/// The whole program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { EXIT_USAGE } else { 0 };
            // Nothing is left to do about a closed terminal.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = env::current_dir().context("there is no current folder").and_then(|folder| {
        let root = git::root(&folder).context("docs-check works in a checkout")?;
        execute(&root, cli)
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "docs-check: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(root: &Path, cli: Cli) -> Result<bool> {
    let plan = match cli.command {
        Some(Command::Start { lesson }) => {
            say(&learner::start(root, lesson)?);
            return Ok(true);
        }
        Some(Command::Done { lesson }) => {
            let (done, sentence) = learner::done(root, lesson)?;
            say(&sentence);
            return Ok(done);
        }
        Some(Command::Pages) => Plan::default(),
        Some(Command::Run { pages }) => Plan { commands: true, only: pages, ..Plan::default() },
        Some(Command::Lessons) => Plan { checks: true, ..Plan::default() },
        None => Plan { commands: true, only: Vec::new(), checks: true, part: cli.part },
    };
    if cli.build { build(root, &plan) } else { hold(root, plan) }
}

fn hold(root: &Path, plan: Plan) -> Result<bool> {
    let checkout = Checkout::open(root)?;
    let pages = checkout.pages()?;
    if let Some(unknown) = plan.only.iter().find(|only| !pages.iter().any(|page| page.path == **only)) {
        bail!("there is no page {unknown}; a page is named by its path from the checkout's root");
    }
    let mut figures = Figures::default();
    let mut problems = pages::check(&checkout, &pages, &mut figures);
    if problems.is_empty() && (plan.commands || plan.checks) {
        let (lessons, _) = lesson::all(&pages);
        figures.skipped = pages.iter().map(run::skipped).sum();
        let target = target(root, &plan);
        let copy = Copy::make(&checkout, &target)?;
        let changed = plan.part.map(|_| Copy::second(&checkout, &target)).transpose()?;
        let (checkout, pages) = (&checkout, pages.as_slice());
        let (lessons, figures) = (lessons.as_slice(), &mut figures);
        let mut walk = Walk {
            checkout,
            pages,
            lessons,
            plan,
            copy,
            changed,
            figures,
            problems: Vec::new(),
            sessions: HashMap::new(),
            found: Found::default(),
        };
        walk.all()?;
        problems = walk.problems;
    }
    problems.iter().for_each(complain);
    say(&format!("docs-check: {figures}; {} problems", problems.len()));
    Ok(problems.is_empty())
}

fn build(root: &Path, plan: &Plan) -> Result<bool> {
    Copy::make(&Checkout::open(root)?, &target(root, plan))?.build()
}

/// Where cargo builds what is wanted.
fn target(root: &Path, plan: &Plan) -> PathBuf {
    let own = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    plan.part.map_or_else(|| own.clone(), |part| part.target(&own))
}

fn say(text: &str) {
    // Whoever closed the pipe does not want to read it.
    let _ = writeln!(io::stdout(), "{text}");
}

fn complain(problem: &Problem) {
    let _ = writeln!(io::stderr(), "{problem}");
}
