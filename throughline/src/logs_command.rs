//! `throughline logs`: what was logged while one trace went through the system.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use reqwest::Client;

use crate::{
    terminal,
    up::{RunFile, StateFolder},
    viewer::LogLine,
};

/// Print what all services logged in one trace, the oldest line first. The trace viewer of `throughline up`
/// keeps the last 50,000 lines; the exit code is 1 if it has none of this trace
#[derive(Debug, clap::Args)]
pub struct LogsArguments {
    /// The trace's id: the header x-trace-id of an answer, or the address of its page
    #[arg(value_name = "TRACE_ID")]
    trace_id: String,

    /// The URL of the trace viewer [default: that of the running `throughline up`]
    #[arg(long, value_name = "URL")]
    ui: Option<String>,

    /// The state folder of the `throughline up` in question
    #[arg(long, value_name = "FOLDER", env = "THROUGHLINE_STATE_DIR")]
    state_dir: Option<PathBuf>,
}

pub(crate) async fn run(arguments: LogsArguments) -> Result<()> {
    let id = trace_id(&arguments.trace_id)?;
    let ui = viewer(arguments.ui, arguments.state_dir.as_deref())?;
    let answer = Client::new().get(format!("{ui}/api/logs/{id}")).send().await;
    let answer = answer.with_context(|| format!("the trace viewer at {ui} does not answer"))?;
    if !answer.status().is_success() {
        bail!("{ui} is not the viewer of `throughline up` ({}): other viewers keep no logs", answer.status());
    }
    let lines: Vec<LogLine> = answer.json().await.context("the trace viewer's answer can't be read")?;
    if lines.is_empty() {
        bail!("there are no logs of trace {id}: not here yet, forgotten since, or nothing was logged");
    }
    lines.iter().for_each(|line| terminal::say(&line.to_string()));
    Ok(())
}

/// The address of a trace's page ends with the id.
pub(crate) fn trace_id(argument: &str) -> Result<String> {
    let id = argument.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    if id.len() > 32 || u128::from_str_radix(&id, 16).is_err() {
        bail!("`{id}` is no trace id: 32 hexadecimal digits are expected");
    }
    Ok(id)
}

/// The URL of the trace viewer: the one that was said, or that of the running `throughline up`.
pub(crate) fn viewer(said: Option<String>, state_dir: Option<&Path>) -> Result<String> {
    match said {
        Some(ui) => Ok(ui.trim_end_matches('/').to_owned()),
        None => running(state_dir),
    }
}

fn running(state_dir: Option<&Path>) -> Result<String> {
    let folder = StateFolder::path(state_dir)?;
    let in_use = StateFolder::is_in_use(&folder)?;
    let run_file = RunFile::read(&folder).filter(|_| in_use);
    Ok(run_file
        .with_context(|| {
            format!("nothing is running in {}: start it with `throughline up`, or say --ui", folder.display())
        })?
        .ui)
}

impl fmt::Display for LogLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let colour = match self.level.as_str() {
            "ERROR" => 31,
            "WARN" => 33,
            _ => 32,
        };
        let level = terminal::coloured(&format!("{:5}", self.level), colour);
        let service = terminal::coloured(&format!("{:12}", self.service), 36);
        write!(formatter, "{} {level} {service} {}", self.time, self.message)?;
        // A value with line breaks is a stack: as it is, below the line.
        let (stacks, short): (Vec<_>, Vec<_>) =
            self.attributes.iter().partition(|(_, value)| value.contains('\n'));
        short.iter().try_for_each(|(key, value)| write!(formatter, " {key}={value}"))?;
        stacks.iter().try_for_each(|(key, value)| write!(formatter, "\n    {key}:\n{value}"))
    }
}
