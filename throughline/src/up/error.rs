//! Why `up` gives up.

use std::{io, time::Duration};

use local_servers::ServerError;

use super::StateError;
use crate::viewer::ViewerError;

/// One sentence each: what happened, why, what to do.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// The state folder can't be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// A port is taken.
    #[error(
        "port {port} of 127.0.0.1, for {user}, can't be used ({source}): stop the program that has it \
         (`lsof -i :{port}` names it), or start with --free-ports"
    )]
    Port {
        /// Who needs it.
        user: String,
        /// Which one.
        port: u16,
        /// Why not.
        source: io::Error,
    },
    /// A private server did not start.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The viewer did not start.
    #[error(transparent)]
    Viewer(#[from] ViewerError),
    /// A database can't be migrated.
    #[error("`throughline migrate {service}` failed ({status}):\n{last_lines}")]
    Migration {
        /// Whose.
        service: &'static str,
        /// How it ended.
        status: String,
        /// Why.
        last_lines: String,
    },
    /// A service or a server ended by itself.
    #[error("{name} ended by itself ({status}); its last lines:\n{last_lines}")]
    Died {
        /// Which one.
        name: &'static str,
        /// How it ended.
        status: String,
        /// What it said.
        last_lines: String,
    },
    /// The sentence has been printed already; all the rest was stopped.
    #[error("a part ended by itself, so the rest was stopped")]
    Ended,
    /// A service did not become ready.
    #[error("{name} was not ready after {waited:?} ({answer}); its last lines:\n{last_lines}")]
    NotReady {
        /// Which one.
        name: &'static str,
        /// How long it had.
        waited: Duration,
        /// What `/readyz` said last.
        answer: String,
        /// What it logged.
        last_lines: String,
    },
    /// Our own program file can't be found.
    #[error("this program's own file can't be found ({0}), so the services can't be started")]
    Program(io::Error),
    /// Signals can't be handled.
    #[error("signal handlers can't be installed ({0})")]
    Signals(io::Error),
}
