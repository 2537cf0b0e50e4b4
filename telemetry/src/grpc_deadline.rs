//! `grpc-timeout`: how long the caller is willing to wait.

use std::time::Duration;

use http::HeaderMap;

/// tonic applies the caller's timeout too, outside of every layer, and answers CANCELLED where the
/// specification says `DEADLINE_EXCEEDED`. Being a tenth earlier, at most 25 ms, ours comes first.
pub(crate) fn own_timeout(headers: &HeaderMap) -> Option<Duration> {
    let timeout = parse(headers.get("grpc-timeout")?.to_str().ok()?)?;
    Some(timeout - (timeout / 10).min(Duration::from_millis(25)))
}

/// `TimeoutValue TimeoutUnit` of the gRPC specification: at most eight digits and a unit.
fn parse(text: &str) -> Option<Duration> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    if digits.len() > 8 {
        return None;
    }
    let value: u64 = digits.parse().ok()?;
    match unit {
        "H" => Some(Duration::from_secs(value * 3_600)),
        "M" => Some(Duration::from_secs(value * 60)),
        "S" => Some(Duration::from_secs(value)),
        "m" => Some(Duration::from_millis(value)),
        "u" => Some(Duration::from_micros(value)),
        "n" => Some(Duration::from_nanos(value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_has_at_most_eight_digits_and_a_unit() {
        assert_eq!(parse("100m"), Some(Duration::from_millis(100)));
        assert_eq!(parse("2S"), Some(Duration::from_secs(2)));
        for wrong in ["", "S", "123456789S", "5x", "-1S", "5\u{b5}"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
