//! `throughline viewer`: the trace viewer alone, for services that somebody else starts.

use std::net::{Ipv4Addr, SocketAddr};

use crate::{
    terminal,
    viewer::{Viewer, ViewerError},
};

/// Start the trace viewer alone, for services of your own: they send OTLP to it, and it shows their traces.
/// Ctrl-C stops it
#[derive(Debug, clap::Args)]
pub struct ViewerArguments {
    /// Take any free ports instead of 4317, 4318 and 16686
    #[arg(long)]
    free_ports: bool,
}

/// Why there is nothing to see.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ViewerCommandError {
    #[error(transparent)]
    Viewer(#[from] ViewerError),
    #[error("Ctrl-C can't be heard: {0}")]
    Signal(#[from] std::io::Error),
}

pub(crate) async fn run(arguments: ViewerArguments) -> Result<(), ViewerCommandError> {
    let local = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, if arguments.free_ports { 0 } else { port }));
    let viewer = Viewer::start(local(4317), local(4318), local(16686)).await?;
    terminal::say(&format!(
        "OTLP comes in at http://{} (gRPC) and http://{} (HTTP)\nthe traces are at http://{}",
        viewer.otlp_grpc(),
        viewer.otlp_http(),
        viewer.ui()
    ));
    tokio::signal::ctrl_c().await?;
    Ok(())
}
