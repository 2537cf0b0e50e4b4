//! A copy of the checkout, in the target folder, where pages are run: they change files, make branches and
//! leave things behind.
//!
//! It stays at the same place, and a file is written only when its content is another: for cargo, what did not
//! change is built already.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{checkout::Checkout, git, state::State, times::Times};

/// What a program that is run for a page must not inherit: what cargo told this one of itself, what make did,
/// and settings that belong to whoever runs the check.
const NOT_INHERITED: [&str; 8] =
    ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "MAKE", "MFLAGS", "GNUMAKEFLAGS", "OTEL_", "GIT_"];

#[derive(Debug)]
pub struct Copy {
    root: PathBuf,
    target: PathBuf,
    second: bool,
    /// What is not as in the checkout; nothing is known of the files that an earlier run left.
    touched: Option<BTreeSet<String>>,
}

impl Copy {
    /// A repository with one commit on `main`, as `checkout` is now, below the folder `target`, which is also
    /// where its programs are built.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn make(checkout: &Checkout, target: &Path) -> Result<Self> {
        let mut copy = Self::at("checkout", false, checkout, target)?;
        copy.reset(checkout)?;
        Ok(copy)
    }

    /// One more, with all built things of its own, in a folder `target` where the checkout itself is never built.
    /// Its files are there as soon as it is brought to a state.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn second(checkout: &Checkout, target: &Path) -> Result<Self> {
        Self::at("second", true, checkout, target)
    }

    fn at(name: &str, second: bool, checkout: &Checkout, target: &Path) -> Result<Self> {
        let root = target.join("docs-check").join(name);
        fs::create_dir_all(&root).with_context(|| format!("{} can't be made", root.display()))?;
        let repository = root.join(".git");
        if repository.exists() {
            fs::remove_dir_all(&repository)?;
        }
        git::git(&root, &["init", "--quiet", "--initial-branch=main"])?;
        let repository = repository.to_string_lossy();
        git::git(checkout.root(), &["--git-dir", &repository, "--work-tree", ".", "add", "--all"])?;
        git::commit(&root, "The start of every lesson")?;
        Ok(Self { root, target: target.to_owned(), second, touched: None })
    }

    /// Makes all files what they are in `checkout`: what a page has written goes.
    ///
    /// # Errors
    /// When one can't be written.
    pub fn reset(&mut self, checkout: &Checkout) -> Result<()> {
        self.touched = None;
        self.bring_to(checkout, &State::of(checkout))
    }

    /// When the files of `checkout` were written here.
    ///
    /// # Errors
    /// When they can't be looked at.
    pub fn times(&self, checkout: &Checkout) -> Result<Times> {
        Times::of(&self.root, checkout.files())
    }

    /// As [`Copy::reset`], and as old as before a page has written: nothing is built again for it.
    ///
    /// # Errors
    /// When a file can't be written.
    pub fn undo(&mut self, checkout: &Checkout, before: &Times) -> Result<()> {
        self.reset(checkout)?;
        before.bring_back(&self.target)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Makes the files what they are in `state`; other files that a page has written stay.
    ///
    /// # Errors
    /// When one can't be written.
    pub fn bring_to(&mut self, checkout: &Checkout, state: &State<'_>) -> Result<()> {
        let touched: BTreeSet<String> = state.touched().map(ToOwned::to_owned).collect();
        let before = match self.touched.take() {
            Some(before) => before,
            None => {
                self.take_away(checkout, &touched)?;
                checkout.files().map(ToOwned::to_owned).collect()
            }
        };
        for path in before.union(&touched) {
            let from = state.file(path).unwrap_or_else(|| checkout.root().join(path));
            self.write(path, from.exists().then_some(&from))?;
        }
        self.touched = Some(touched);
        Ok(())
    }

    /// A program that builds where this checker's checkout does: dependencies are compiled once.
    pub fn command(&self, program: &str) -> Command {
        let mut command = as_from_a_terminal(program);
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        // Cargo takes a crate of another checkout for the same one, and by its files' times a build with a
        // lesson's change for one of the checkout's own. With another setting here it keeps them apart; the
        // dependencies never have this one, and are shared. The second copy takes the checkout's place.
        let off = env::var_os("CARGO_INCREMENTAL").is_some_and(|value| value == "0");
        command.env("CARGO_INCREMENTAL", if off == self.second { "0" } else { "1" });
        // No colours, no progress, no stack with paths: the output is what the page says.
        command.envs([
            ("NO_COLOR", "1"),
            ("TERM", "dumb"),
            ("CARGO_TERM_COLOR", "never"),
            ("CARGO_TERM_QUIET", "true"),
        ]);
        command.env("RUST_BACKTRACE", "0");
        command
    }

    /// Builds the program that pages start, as `make run` in it would.
    ///
    /// # Errors
    /// When cargo can't be started.
    pub fn build(&self) -> Result<bool> {
        let mut cargo = self.command("cargo");
        cargo.args(["build", "--locked", "--bin", "throughline"]);
        Ok(cargo.status().context("cargo can't be started")?.success())
    }

    /// As `from`, or not there.
    fn write(&self, path: &str, from: Option<&PathBuf>) -> Result<()> {
        let to = self.root.join(path);
        let Some(from) = from else {
            return if to.exists() { remove(&to) } else { Ok(()) };
        };
        if fs::read(&to).ok().as_deref() == Some(fs::read(from)?.as_slice()) {
            return Ok(());
        }
        fs::create_dir_all(to.parent().unwrap_or(&self.root))?;
        // With its permissions: scripts can be run.
        fs::copy(from, &to).with_context(|| format!("{path} can't be copied"))?;
        // `copy` keeps no time, so the file is newer than what was built from it.
        Ok(())
    }

    /// What is there and neither in the checkout nor `wanted`.
    fn take_away(&self, checkout: &Checkout, wanted: &BTreeSet<String>) -> Result<()> {
        let there = Checkout::open(&self.root)?;
        for file in there.files().filter(|file| !checkout.has(file) && !wanted.contains(*file)) {
            remove(&self.root.join(file))?;
        }
        Ok(())
    }
}

/// With the folders that it leaves empty: a folder of a service without a manifest is none.
fn remove(file: &Path) -> Result<()> {
    fs::remove_file(file)?;
    // The first that is not empty can't be removed.
    let _ = file.ancestors().skip(1).try_for_each(fs::remove_dir);
    Ok(())
}

/// A program that learns nothing of how this one was started. Build scripts look at some of it, and half of the
/// dependencies would be built again.
pub(crate) fn as_from_a_terminal(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        if NOT_INHERITED.iter().any(|start| name.to_string_lossy().starts_with(start)) {
            command.env_remove(name);
        }
    }
    command
}
