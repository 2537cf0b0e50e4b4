//! Secrets. Everything else about a service's configuration is one clap struct in its `config.rs`.

use std::{env, fs, io};

use telemetry::Secret;

/// A setting that stops the start. The text says which variable, and what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Neither the variable nor its `_FILE` twin is set.
    #[error("{name} is not set: set it, or set {name}_FILE to the path of a file that holds it")]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// The file that `_FILE` names can't be read.
    #[error("{name}_FILE is {path:?}, which can't be read ({source}): name a readable file")]
    Unreadable {
        /// The variable, without `_FILE`.
        name: &'static str,
        /// What the variable says.
        path: String,
        /// Why reading failed.
        source: io::Error,
    },
    /// The value is not one of those allowed. The value itself is a secret and left out.
    #[error("{name} has a value that can't be used: {allowed} is expected")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What is allowed.
        allowed: &'static str,
    },
}

/// Reads the secret `name` from the environment, or from the file that `{name}_FILE` names (how
/// orchestrators mount secrets; a trailing line break is dropped).
///
/// Secrets have no flag: arguments can be read by everybody on the machine.
pub fn secret(name: &'static str) -> Result<Secret, ConfigError> {
    if let Ok(value) = env::var(name)
        && !value.is_empty()
    {
        return Ok(Secret::new(value));
    }
    let Ok(path) = env::var(format!("{name}_FILE")) else {
        return Err(ConfigError::Missing { name });
    };
    match fs::read_to_string(&path) {
        Ok(value) => Ok(Secret::new(value.trim_end_matches(['\r', '\n']))),
        Err(source) => Err(ConfigError::Unreadable { name, path, source }),
    }
}
