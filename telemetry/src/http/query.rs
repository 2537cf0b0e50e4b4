//! Query strings without their secrets.

/// Parameters that sign or authorise a URL; names are compared with case, as the convention asks.
const SENSITIVE: [&str; 7] = [
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "sig",
    "X-Goog-Signature",
    // Not in the convention: credentials that callers put into a query by mistake.
    "access_token",
    "token",
];

/// The query with the values of sensitive parameters replaced by `REDACTED` (semantic
/// conventions 1.44, `url.query`).
pub(crate) fn redacted(query: &str) -> String {
    let parameters = query.split('&').map(|parameter| match parameter.split_once('=') {
        Some((name, _)) if SENSITIVE.contains(&name) => format!("{name}=REDACTED"),
        _ => parameter.to_owned(),
    });
    parameters.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn signatures_are_redacted_and_the_rest_stays_as_it_was() {
        assert_eq!(
            redacted("a=1&sig=abc&X-Amz-Signature=s=s&b"),
            "a=1&sig=REDACTED&X-Amz-Signature=REDACTED&b"
        );
        assert_eq!(redacted("SIG=abc"), "SIG=abc");
    }
}
