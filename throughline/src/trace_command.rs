//! `throughline trace`: one trace as a tree on the terminal.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    demo::Traces,
    logs_command::{trace_id, viewer},
    terminal, tree,
};

/// Print one trace as a tree: service, name, kind, duration and status of each span. It waits until no more
/// spans arrive; the exit code is 1 if there are none
#[derive(Debug, clap::Args)]
pub struct TraceArguments {
    /// The trace's id: the header x-trace-id of an answer, or the address of its page
    #[arg(value_name = "TRACE_ID")]
    trace_id: String,

    /// The URL of the trace viewer, or of Jaeger [default: that of the running `throughline up`]
    #[arg(long, value_name = "URL")]
    ui: Option<String>,

    /// The state folder of the `throughline up` in question
    #[arg(long, value_name = "FOLDER", env = "THROUGHLINE_STATE_DIR")]
    state_dir: Option<PathBuf>,
}

pub(crate) async fn run(arguments: TraceArguments) -> Result<()> {
    let id = trace_id(&arguments.trace_id)?;
    let traces = Traces::new(&viewer(arguments.ui, arguments.state_dir.as_deref())?);
    let spans = traces.settled(&id).await?;
    terminal::say(&format!(
        "trace {id}, {} spans\n\n{}\n{}",
        spans.len(),
        tree::render(&spans),
        traces.page(&id)
    ));
    Ok(())
}
