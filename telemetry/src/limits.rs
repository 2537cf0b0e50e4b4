//! `OTEL_*_COUNT_LIMIT` and `OTEL_*_VALUE_LENGTH_LIMIT`: how much one span or log record may hold. The SDK
//! counts attributes, events and links of spans; lengths, and the attributes of logs, are bounded here.

mod logs;
mod spans;

pub(crate) use logs::LogLimits;
pub(crate) use spans::BoundedSpans;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use opentelemetry_sdk::trace::SpanLimits;

use crate::environment::{Environment, effective_settings::Setting};

/// Attributes of a span, an event, a link, a log record; events and links of a span.
const COUNT: usize = 128;

/// Characters of an attribute's value. The specification knows no bound by itself; one huge value would
/// then be copied into the queue as it is, and its batch refused by a collector that takes 4 MiB. This
/// leaves room for the longest stack traces and statements. A larger number takes the bound away.
const LENGTH: usize = 32_768;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub span: SpanLimits,
    pub span_value: usize,
    pub log_attributes: usize,
    pub log_value: usize,
}

impl Limits {
    /// The general limit holds where a special one is not set.
    pub(crate) fn read(environment: &mut Environment) -> Self {
        let count = environment.number("OTEL_ATTRIBUTE_COUNT_LIMIT", COUNT);
        let length = environment.number("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", LENGTH);
        let mut spans =
            |name: &str, default: usize| u32::try_from(environment.number(name, default)).unwrap_or(u32::MAX);
        let span = SpanLimits {
            max_attributes_per_span: spans("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", count),
            max_attributes_per_event: spans("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", count),
            max_attributes_per_link: spans("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", count),
            max_events_per_span: spans("OTEL_SPAN_EVENT_COUNT_LIMIT", COUNT),
            max_links_per_span: spans("OTEL_SPAN_LINK_COUNT_LIMIT", COUNT),
        };
        let limits = Self {
            span,
            span_value: environment.number("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", length),
            log_attributes: environment.number("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", count),
            log_value: environment.number("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", length),
        };
        environment.applied(Setting::Limits, limits.to_string());
        limits
    }
}

impl fmt::Display for Limits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { span, span_value, log_attributes, log_value } = self;
        write!(
            formatter,
            "span: {} attributes of {span_value} characters, {} events of {}, {} links of {}; \
             log: {log_attributes} attributes of {log_value} characters",
            span.max_attributes_per_span,
            span.max_events_per_span,
            span.max_attributes_per_event,
            span.max_links_per_span,
            span.max_attributes_per_link,
        )
    }
}

/// The part of `text` that is allowed, at a character's end, when it is longer. Most values are shorter
/// in bytes already, and are not looked at.
pub(crate) fn cut(text: &str, characters: usize) -> Option<&str> {
    if text.len() <= characters {
        return None;
    }
    text.char_indices().nth(characters).map(|(end, _)| &text[..end])
}

/// How much the limits took away, told from the exporters' threads: where it is counted, a log record
/// may just be in the making, and another inside it would confuse the subscriber's filters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cuts(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    cut: AtomicU64,
    told: AtomicU64,
}

impl Cuts {
    pub(crate) fn add(&self, count: u64) {
        if count > 0 {
            self.0.cut.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// A warning when something was cut since the last one.
    pub(crate) fn tell(&self) {
        let cut = self.0.cut.load(Ordering::Relaxed);
        let told = self.0.told.swap(cut, Ordering::Relaxed);
        if cut > told {
            tracing::warn!(
                target: "telemetry",
                "{} attributes, events or links were too long or too many and were cut or left out: OTEL_*_LIMIT",
                cut - told
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_characters_and_characters_are_counted() {
        assert_eq!(cut("äöü", 2), Some("äö"));
        assert_eq!(cut("äöü", 3), None);
        assert_eq!(cut("äöü", 6), None);
        assert_eq!(cut("abc", 0), Some(""));
        assert_eq!(cut("", 0), None);
        assert_eq!(cut("a🦀b", 2), Some("a🦀"));
    }
}
