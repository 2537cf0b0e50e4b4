//! Consistent probability sampling: the arithmetic and its words in `tracestate` (OTEP 235, and the random
//! bits of W3C trace context level 2). A trace brings 56 random bits, a rate makes a threshold, and the
//! trace is kept where the bits reach it. So all who keep one trace in ten keep the same ones, and who
//! keeps one in a hundred keeps some of those.

use std::fmt::Write as _;

use opentelemetry::trace::{TraceId, TraceState};

/// 2⁵⁶: one above the largest randomness.
const END: u64 = 1 << 56;
const DIGITS: usize = 14;
/// OpenTelemetry's member of `tracestate`.
const MEMBER: &str = "ot";

/// Keeps what is at least this. `None` in its place keeps nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Threshold(u64);

impl Threshold {
    pub(crate) const ALL: Self = Self(0);

    /// The threshold of a rate from 0 to 1. A rate too small for 56 bits keeps nothing.
    pub(crate) fn of_rate(rate: f64) -> Option<Self> {
        // Exact but for the rounding: END is a power of two, and the product at most END.
        let kept = (rate.clamp(0.0, 1.0) * END as f64).round() as u64;
        (kept > 0).then(|| Self(END - kept))
    }

    pub(crate) fn keeps(self, randomness: u64) -> bool {
        randomness >= self.0
    }

    /// Fourteen hexadecimal digits without the zeros at the end: `0` is 100 %, `8` is 50 %.
    fn text(self) -> String {
        let digits = format!("{:014x}", self.0);
        let short = digits.trim_end_matches('0');
        if short.is_empty() { "0".to_owned() } else { short.to_owned() }
    }
}

/// The 56 bits of a trace: `rv` of `tracestate` where its root gave some, else the low ones of its id.
pub(crate) fn randomness(trace_id: TraceId, state: &TraceState) -> u64 {
    let explicit = members(state).find_map(|member| member.strip_prefix("rv:")).and_then(fourteen_digits);
    explicit.unwrap_or_else(|| {
        let bytes = trace_id.to_bytes();
        bytes[9..].iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    })
}

fn fourteen_digits(text: &str) -> Option<u64> {
    let valid = text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    valid.then(|| u64::from_str_radix(text, 16).ok())?
}

/// `state` with `th` as it was decided; everything else that it holds stays. A trace that is not kept
/// has no threshold.
pub(crate) fn with_threshold(state: &TraceState, threshold: Option<Threshold>) -> TraceState {
    let mut value = String::new();
    if let Some(threshold) = threshold {
        value.push_str("th:");
        value.push_str(&threshold.text());
    }
    for member in members(state).filter(|member| !member.starts_with("th:")) {
        let separator = if value.is_empty() { "" } else { ";" };
        let _ = write!(value, "{separator}{member}");
    }
    let changed = if value.is_empty() {
        // A key that is not there may be deleted too.
        state.delete(MEMBER)
    } else {
        state.insert(MEMBER, value)
    };
    // A member too long for the header is the fault of who wrote the rest of it.
    changed.unwrap_or_else(|_| state.clone())
}

fn members(state: &TraceState) -> impl Iterator<Item = &str> {
    state.get(MEMBER).unwrap_or_default().split(';').filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use opentelemetry::trace::{TraceId, TraceState};

    use super::{END, Threshold, randomness, with_threshold};

    fn state(text: &str) -> TraceState {
        text.parse().unwrap()
    }

    #[test]
    fn rates_are_the_thresholds_of_the_specification() {
        for (rate, text) in [
            (1.0, "0"),
            (0.5, "8"),
            (0.25, "c"),
            (0.75, "4"),
            (1.0 / 16.0, "f"),
            (1.0 / 256.0, "ff"),
            (0.1, "e6666666666666"),
            (1.0 / END as f64, "ffffffffffffff"),
        ] {
            assert_eq!(Threshold::of_rate(rate).unwrap().text(), text, "{rate}");
        }
        assert_eq!(Threshold::of_rate(0.0), None);
        assert_eq!(Threshold::of_rate(0.1 / END as f64), None);
        assert_eq!(Threshold::of_rate(2.0), Some(Threshold::ALL));
    }

    #[test]
    fn a_threshold_keeps_what_reaches_it() {
        let half = Threshold::of_rate(0.5).unwrap();
        assert!(half.keeps(1 << 55) && half.keeps(END - 1));
        assert!(!half.keeps((1 << 55) - 1) && !half.keeps(0));
        assert!(Threshold::ALL.keeps(0));
    }

    #[test]
    fn the_randomness_is_the_low_56_bits_or_what_the_root_gave() {
        let id = TraceId::from_hex("ffffffffffffffffff23456789abcdef").unwrap();
        assert_eq!(randomness(id, &TraceState::NONE), 0x0023_4567_89ab_cdef);
        assert_eq!(randomness(id, &state("ot=th:8;rv:0123456789abcd")), 0x0001_2345_6789_abcd);
        for wrong in ["ot=rv:123", "ot=rv:0123456789ABCD", "ot=rv:0123456789abcde", "other=rv:0123456789abcd"]
        {
            assert_eq!(randomness(id, &state(wrong)), 0x0023_4567_89ab_cdef, "{wrong}");
        }
    }

    #[test]
    fn the_threshold_is_written_and_all_else_is_kept() {
        let half = Threshold::of_rate(0.5);
        for (before, threshold, after) in [
            ("", half, "ot=th:8"),
            ("vendor=a", half, "ot=th:8,vendor=a"),
            ("vendor=a,ot=th:c;rv:0123456789abcd;x:y", half, "ot=th:8;rv:0123456789abcd;x:y,vendor=a"),
            ("vendor=a,ot=th:c", None, "vendor=a"),
            ("ot=th:c;rv:0123456789abcd", None, "ot=rv:0123456789abcd"),
            ("", None, ""),
        ] {
            assert_eq!(with_threshold(&state(before), threshold).header(), after, "{before}");
        }
    }
}
