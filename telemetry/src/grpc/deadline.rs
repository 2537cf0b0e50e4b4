//! `grpc-timeout`: how long the caller is willing to wait.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use opentelemetry::Context;
use tokio::time::Instant;

use crate::deadline::deadline;

const GRPC_TIMEOUT: &str = "grpc-timeout";

/// The most of a timeout that is left for the way here and back.
const WAY: Duration = Duration::from_millis(100);

/// The caller's timer was started before the request left. A service that used its timeout to the end
/// would answer too late: what it hears is that the call is cancelled, and its span says that instead of
/// `DEADLINE_EXCEEDED`, most of all when everything is slow. tonic, too, applies the timeout, outside of
/// every layer, and answers CANCELLED. So ours ends a tenth earlier, at most [`WAY`].
pub(crate) fn own_timeout(headers: &HeaderMap) -> Option<Duration> {
    let timeout = parse(headers.get(GRPC_TIMEOUT)?.to_str().ok()?)?;
    Some(timeout - (timeout / 10).min(WAY))
}

/// A call made while another one is answered gets no more time than is left for that one: the timeout
/// shrinks along the way, and nobody works for a caller who has gone. A shorter one of its own stays.
pub(crate) fn pass_on(context: &Context, headers: &mut HeaderMap) {
    let Some(deadline) = deadline(context) else { return };
    let left = deadline.saturating_duration_since(Instant::now());
    let own = headers.get(GRPC_TIMEOUT).and_then(|value| parse(value.to_str().ok()?));
    if own.is_some_and(|own| own <= left) {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(&text(left)) {
        headers.insert(GRPC_TIMEOUT, value);
    }
}

/// In the finest unit that eight digits can hold. The specification knows no zero.
fn text(timeout: Duration) -> String {
    let digits = |count: u128| count < 100_000_000;
    match (timeout.as_micros().max(1), timeout.as_millis()) {
        (micros, _) if digits(micros) => format!("{micros}u"),
        (_, millis) if digits(millis) => format!("{millis}m"),
        _ => format!("{}S", timeout.as_secs().min(99_999_999)),
    }
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
    use http::HeaderName;

    use super::*;

    #[test]
    fn a_service_answers_so_early_that_its_answer_has_time_for_the_way() {
        let own = |text| own_timeout(&HeaderMap::from_iter([(HeaderName::from_static(GRPC_TIMEOUT), text)]));
        let of = |text: &'static str| own(HeaderValue::from_static(text));
        assert_eq!(of("3S"), Some(Duration::from_millis(2_900)));
        assert_eq!(of("500m"), Some(Duration::from_millis(450)));
        assert_eq!(of("0m"), Some(Duration::ZERO));
    }

    #[test]
    fn a_timeout_has_at_most_eight_digits_and_a_unit() {
        assert_eq!(parse("100m"), Some(Duration::from_millis(100)));
        assert_eq!(parse("2S"), Some(Duration::from_secs(2)));
        for wrong in ["", "S", "123456789S", "5x", "-1S", "5\u{b5}"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_timeout_is_written_in_the_finest_unit_that_fits() {
        assert_eq!(text(Duration::ZERO), "1u");
        assert_eq!(text(Duration::from_millis(1_500)), "1500000u");
        assert_eq!(text(Duration::from_secs(3_600)), "3600000m");
        assert_eq!(text(Duration::from_secs(1_000_000)), "1000000S");
    }
}
