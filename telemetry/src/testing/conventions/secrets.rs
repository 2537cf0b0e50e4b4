//! Secrets in addresses: the conventions name what must not be shown.

use super::attributes::Attributes;

/// Parameters that sign or authorise a URL; names are compared with case.
const SENSITIVE: [&str; 5] =
    ["X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "sig", "X-Goog-Signature"];

pub(super) fn check(attributes: Attributes<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let query = attributes.text("url.query").map(|query| ("url.query", query));
    let full = attributes.text("url.full");
    let of_full = full.and_then(|url| Some(("url.full", url.split_once('?')?.1)));
    for (key, query) in query.into_iter().chain(of_full) {
        let shown = query.split('&').filter_map(|parameter| parameter.split_once('='));
        let shown = shown.filter(|(name, value)| SENSITIVE.contains(name) && *value != "REDACTED");
        problems.extend(
            shown.map(|(name, _)| format!("`{key}` shows the value of `{name}`: it must be REDACTED")),
        );
    }
    if full.is_some_and(has_credentials) {
        problems.push("`url.full` has credentials in it: they must be REDACTED".to_owned());
    }
    problems
}

fn has_credentials(url: &str) -> bool {
    let authority = url.split_once("://").and_then(|(_, rest)| rest.split(['/', '?', '#']).next());
    let user = authority.and_then(|authority| Some(authority.rsplit_once('@')?.0));
    user.is_some_and(|user| user.split(':').any(|part| part != "REDACTED"))
}
