//! The names that are ours. They are read from the files that declare them: a second list would be
//! wrong one day.

const DECLARATIONS: &str = concat!(include_str!("../../names/own.rs"), include_str!("../../names/scopes.rs"));

/// What every name of ours begins with.
pub(super) const PREFIX: &str = "throughline.";

/// Whether `names/own.rs` or `names/scopes.rs` has this name as a whole string, in code and not in a comment.
pub(super) fn is_declared(name: &str) -> bool {
    let quoted = format!("\"{name}\"");
    let code = DECLARATIONS.lines().filter(|line| !line.trim_start().starts_with("//"));
    name.starts_with(PREFIX) && code.into_iter().any(|line| line.contains(&quoted))
}
