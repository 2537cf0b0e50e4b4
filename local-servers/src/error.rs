//! What can go wrong, each with what to do about it.

use std::{io, path::PathBuf, process::ExitStatus, time::Duration};

/// Why a server could not be started, used or stopped.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A program is not installed.
    #[error("{program} is not installed (looked in {looked}): install it with `{install}`")]
    Missing {
        /// What was looked for.
        program: &'static str,
        /// Where.
        looked: String,
        /// The exact command.
        install: String,
    },
    /// PostgreSQL refuses to run as root, and there is no other account to run it as.
    #[error(
        "PostgreSQL refuses to run as root and there is no account `postgres` to run it as: \
         create it with `useradd --system postgres`, or start as an ordinary user"
    )]
    NoAccount,
    /// The account that runs PostgreSQL can't reach its folder.
    #[error(
        "started by root, PostgreSQL runs as `postgres`, which can't enter {}: \
         choose a folder below one that everybody may enter, such as /var/lib, or `chmod o+x` this one",
        .0.display()
    )]
    Unreachable(PathBuf),
    /// The data is another major version's.
    #[error(
        "{} was made by PostgreSQL {found}, but PostgreSQL {installed} is installed: \
         install PostgreSQL {found}, or delete that folder to begin anew",
        .folder.display()
    )]
    OtherVersion {
        /// The folder with the data.
        folder: PathBuf,
        /// What made it.
        found: String,
        /// What is installed.
        installed: String,
    },
    /// The data folder is not a data folder.
    #[error("{} is damaged (it has no PG_VERSION): delete it to begin anew", .0.display())]
    Damaged(PathBuf),
    /// A file or a program could not be used.
    #[error("{action} failed ({source})")]
    Io {
        /// What was tried.
        action: String,
        /// Why it failed.
        source: io::Error,
    },
    /// The server ended before it was ready.
    #[error("{server} stopped at its start ({status}); {} says:\n{said}", .log.display())]
    Stopped {
        /// Which one.
        server: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// The whole log.
        log: PathBuf,
        /// The last lines of it.
        said: String,
    },
    /// The server did not become ready.
    #[error("{server} was not ready after {waited:?}; {} says:\n{said}", .log.display())]
    NotReady {
        /// Which one.
        server: &'static str,
        /// How long it had.
        waited: Duration,
        /// The whole log.
        log: PathBuf,
        /// The last lines of it.
        said: String,
    },
    /// PostgreSQL answered with an error.
    #[error("PostgreSQL refused ({0})")]
    Database(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the migration failed ({0})")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The broker in this process failed.
    #[error("the in-process Kafka broker failed ({0})")]
    Broker(#[from] rdkafka::error::KafkaError),
    /// No free port.
    #[error("no free TCP port was found between {0} and {1}: stop some of the programs that listen there")]
    NoPort(u16, u16),
}

impl ServerError {
    /// For `map_err`: an [`io::Error`] with what was tried.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let action = action.into();
        move |source| Self::Io { action, source }
    }
}
