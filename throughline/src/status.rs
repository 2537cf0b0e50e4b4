//! `throughline status`: what is running.

use std::path::PathBuf;

use crate::{
    terminal,
    up::{RunFile, StateError, StateFolder},
};

/// Say what is running, and where; the exit code is 1 if nothing is
#[derive(Debug, clap::Args)]
pub struct StatusArguments {
    /// The state folder of the `throughline up` in question
    #[arg(long, value_name = "FOLDER", env = "THROUGHLINE_STATE_DIR")]
    state_dir: Option<PathBuf>,
}

/// Why there is nothing to say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StatusError {
    #[error(transparent)]
    State(#[from] StateError),
    #[error("nothing is running in {}: start it with `throughline up`", .0.display())]
    Stopped(PathBuf),
    #[error("throughline is starting or stopping in {}: ask again", .0.display())]
    Between(PathBuf),
}

pub(crate) fn run(arguments: &StatusArguments) -> Result<(), StatusError> {
    let folder = StateFolder::path(arguments.state_dir.as_deref())?;
    if !StateFolder::is_in_use(&folder)? {
        return Err(StatusError::Stopped(folder));
    }
    let run_file = RunFile::read(&folder).ok_or(StatusError::Between(folder))?;
    terminal::say(&run_file.table());
    Ok(())
}
