//! What a fence promises, by its info string.

use crate::page::Fence;

/// The languages in which nothing stands that is not in a file.
const EXCERPTS_ONLY: [&str; 6] = ["rust", "rs", "sql", "toml", "yaml", "yml"];

/// Other words for `sh`: a block in one of them would never be run.
const SHELLS: [&str; 5] = ["bash", "shell", "console", "zsh", "shell-session"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise<'a> {
    /// It runs, and ends.
    Run,
    /// It runs, and goes on while the page does.
    Background,
    /// It is for people only, and says why.
    Skip,
    /// Output, of the block that it follows.
    Text,
    /// A lesson's change.
    Patch,
    /// These lines stand in that file.
    Excerpt { path: &'a str },
    /// A picture, a query, an answer.
    Nothing,
}

/// # Errors
/// When its info string is none of those that a page may have: with what to write instead.
pub fn promise(fence: &Fence) -> Result<Promise<'_>, String> {
    let (language, rest) = fence.info.split_once(char::is_whitespace).unwrap_or((&fence.info, ""));
    match (language, rest.trim()) {
        ("sh", "") => Ok(Promise::Run),
        ("sh", "background") => Ok(Promise::Background),
        ("sh", rest) => match rest.strip_prefix("skip:") {
            Some(reason) if !reason.trim().is_empty() => Ok(Promise::Skip),
            _ => Err(format!(
                "`sh {rest}` is no block that can be checked: write `sh`, `sh background` or `sh skip: REASON`"
            )),
        },
        ("text", "") => Ok(Promise::Text),
        ("diff", "") => Ok(Promise::Patch),
        (shell, _) if SHELLS.contains(&shell) => Err(format!(
            "a `{shell}` block would never be run: write `sh`, `sh background` or `sh skip: REASON`"
        )),
        // `rust,ignore` is Rust too.
        (language, "") if EXCERPTS_ONLY.iter().any(|only| language.split(',').next() == Some(only)) => {
            Err(format!("a `{language}` block names the file that it is from: write `{language} PATH`"))
        }
        (_, "") => Ok(Promise::Nothing),
        (_, path) => Ok(Promise::Excerpt { path }),
    }
}
