//! The git commands that are needed, with their complaints as errors.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// Runs git in `folder` and gives back what it printed.
///
/// # Errors
/// When git can't be started, or fails: with what it said.
pub fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    with_input(command(folder).args(arguments), "")
}

/// The root of the checkout that `folder` is in.
///
/// # Errors
/// When it is in none.
pub fn root(folder: &Path) -> Result<PathBuf> {
    Ok(PathBuf::from(git(folder, &["rev-parse", "--show-toplevel"])?.trim()))
}

/// Applies `patch` to the files below `folder`, all of it or nothing. No repository is needed.
///
/// # Errors
/// When it does not apply: with what git says of it.
pub fn apply(folder: &Path, patch: &str) -> Result<()> {
    // Below a repository git would take paths from that one's root and leave out what it does not track:
    // it shall not look further up than `folder`.
    let ceiling = folder.parent().unwrap_or(folder);
    let mut command = command(folder);
    command.env("GIT_CEILING_DIRECTORIES", ceiling).args(["apply", "--whitespace=nowarn", "-"]);
    with_input(&mut command, patch).map(drop)
}

/// Commits what was added. Not everybody has told git a name.
///
/// # Errors
/// When there is nothing to commit.
pub fn commit(folder: &Path, message: &str) -> Result<()> {
    let mut arguments = vec!["-c", "commit.gpgsign=false"];
    if git(folder, &["config", "user.email"]).is_err() {
        arguments.extend(["-c", "user.name=learner", "-c", "user.email=learner@localhost"]);
    }
    arguments.extend(["commit", "--quiet", "--no-verify", "--message", message]);
    git(folder, &arguments).map(drop)
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    // A hook sets these, and they would name another repository.
    command
        .current_dir(folder)
        .env_remove("GIT_DIR")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_WORK_TREE");
    command
}

fn with_input(command: &mut Command, input: &str) -> Result<String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut git = command.spawn().context("git can't be started")?;
    if let Some(mut stdin) = git.stdin.take() {
        // git may end before it has read all: its own words say more than a broken pipe.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = git.wait_with_output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
