//! Everything that a person reads: results on standard output, what went wrong on standard error.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is the one place that writes to the terminal"
)]

use std::io::{self, IsTerminal, Write};

/// Why a command failed.
pub(crate) fn error(error: &impl std::fmt::Display) {
    eprintln!("throughline: {error}");
}

/// A result. Whoever closed the pipe does not want to read it.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// For those who write more than a line.
pub(crate) fn output() -> impl Write {
    io::stdout()
}

/// Colours, unless the output goes to a file or `NO_COLOR` is set.
pub(crate) fn has_colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// `text` in one of the terminal's 8 colours (31 is red, 36 cyan).
pub(crate) fn coloured(text: &str, colour: u8) -> String {
    if has_colour() { format!("\x1b[{colour}m{text}\x1b[0m") } else { text.to_owned() }
}
