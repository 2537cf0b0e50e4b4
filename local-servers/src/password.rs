//! Generated passwords.

use std::{fmt::Write as _, fs, io::Write as _, os::unix::fs::OpenOptionsExt, path::Path};

use crate::ServerError;

/// The password in `file`; generated and kept there, readable by us alone, the first time.
///
/// A loopback port is open to every account of the machine, and whoever may command PostgreSQL or
/// Redis as their owner can run programs and write files as the account that runs them. So even a
/// private server on a laptop asks for a password.
pub(crate) fn kept_in(file: &Path) -> Result<String, ServerError> {
    match fs::read_to_string(file) {
        Ok(password) if !password.is_empty() => return Ok(password),
        _ => {}
    }
    let password = generate();
    write_private(file, &password)?;
    Ok(password)
}

/// Writes a file that other accounts can't read.
pub(crate) fn write_private(file: &Path, content: &str) -> Result<(), ServerError> {
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut opened| opened.write_all(content.as_bytes()))
        .map_err(ServerError::io(format!("writing {}", file.display())))
}

/// Hexadecimal, so that it needs no escaping in a URL.
fn generate() -> String {
    rand::random::<[u8; 16]>().iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
