//! Jaeger's search: a trace is found when one of its spans fits all that was asked.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{RecordedSpan, Store, Trace, jaeger_tags};

const DEFAULT_LIMIT: usize = 100;

/// What was asked for.
#[derive(Debug, Default)]
pub(super) struct Search {
    service: Option<String>,
    operation: Option<String>,
    tags: BTreeMap<String, String>,
    /// In nanoseconds since 1970.
    start: Option<u64>,
    end: Option<u64>,
    shortest: Option<Duration>,
    longest: Option<Duration>,
    limit: Option<usize>,
    /// These traces and no others.
    trace_ids: Vec<String>,
}

impl Search {
    /// Reads a query string's pairs.
    ///
    /// # Errors
    /// A sentence about the value that can't be read.
    pub(super) fn from_pairs(pairs: Vec<(String, String)>) -> Result<Self, String> {
        let mut search = Self::default();
        for (key, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            search.set(&key, value)?;
        }
        if search.service.is_none() && search.trace_ids.is_empty() {
            return Err("parameter 'service' is required".into());
        }
        Ok(search)
    }

    fn set(&mut self, key: &str, value: String) -> Result<(), String> {
        let number =
            |value: &str| value.parse::<u64>().map_err(|_| format!("'{key}' is not a number: {value}"));
        match key {
            "service" => self.service = Some(value),
            "operation" => self.operation = Some(value),
            "traceID" => self.trace_ids.push(value),
            "tag" => {
                let (tag, value) = value.split_once(':').ok_or("'tag' is not of the form key:value")?;
                self.tags.insert(tag.to_owned(), value.to_owned());
            }
            "tags" => self.tags.extend(json_tags(&value)?),
            "start" => self.start = Some(number(&value)?.saturating_mul(1_000)),
            "end" => self.end = Some(number(&value)?.saturating_mul(1_000)),
            "lookback" => self.start = self.start.or(since(&value)),
            "minDuration" => self.shortest = Some(duration(&value)?),
            "maxDuration" => self.longest = Some(duration(&value)?),
            "limit" => self.limit = Some(usize::try_from(number(&value)?).unwrap_or(usize::MAX)),
            // The pages send more than they need answered.
            _ => {}
        }
        Ok(())
    }

    /// The traces that fit, the newest first.
    pub(super) fn run(&self, store: &Store) -> Vec<Trace> {
        if !self.trace_ids.is_empty() {
            return self.trace_ids.iter().filter_map(|id| store.trace(id)).collect();
        }
        let mut found = store.traces();
        found.retain(|trace| trace.spans.iter().any(|span| self.fits(span)));
        found.sort_by_key(|trace| std::cmp::Reverse(trace.start()));
        found.truncate(self.limit.unwrap_or(DEFAULT_LIMIT));
        found
    }

    fn fits(&self, span: &RecordedSpan) -> bool {
        let duration = Duration::from_nanos(span.duration());
        self.service.as_deref().is_none_or(|service| service == span.service())
            && self.operation.as_deref().is_none_or(|operation| operation == span.name())
            && self.start.is_none_or(|start| start <= span.start())
            && self.end.is_none_or(|end| end >= span.start())
            && self.shortest.is_none_or(|shortest| shortest <= duration)
            && self.longest.is_none_or(|longest| longest >= duration)
            && self.has_tags(span)
    }

    fn has_tags(&self, span: &RecordedSpan) -> bool {
        if self.tags.is_empty() {
            return true;
        }
        let mut tags = jaeger_tags::of_span(span);
        tags.extend(jaeger_tags::of_process(span));
        tags.extend(span.span.events.iter().flat_map(|event| jaeger_tags::attributes(&event.attributes)));
        self.tags.iter().all(|(key, value)| tags.iter().any(|tag| tag.is(key, value)))
    }
}

/// `{"http.response.status_code":"500"}`
fn json_tags(value: &str) -> Result<BTreeMap<String, String>, String> {
    serde_json::from_str(value).map_err(|_| format!("'tags' is not a JSON object of strings: {value}"))
}

/// `1h`, `2d`; `custom` (then `start` is given) and anything else is no limit.
fn since(lookback: &str) -> Option<u64> {
    let ago = duration(lookback).ok()?;
    let start = SystemTime::now().checked_sub(ago)?.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(start.as_nanos()).ok()
}

/// Go's notation, as the pages suggest it: `1.2s`, `100ms`, `500us`.
fn duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, f64); 8] = [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("µs", 1e-6),
        ("ms", 1e-3),
        ("s", 1.0),
        ("m", 60.0),
        ("h", 3600.0),
        ("d", 86400.0),
    ];
    let split =
        text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = UNITS.iter().find(|(name, _)| *name == unit).and_then(|(_, seconds)| {
        let number: f64 = number.parse().ok()?;
        Some(number * seconds)
    });
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("'{text}' is not a duration such as 1.2s, 100ms or 500us"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn durations_are_read_in_gos_notation() {
        assert_eq!(duration("1.5s").unwrap(), Duration::from_millis(1500));
        assert_eq!(duration("500us").unwrap(), Duration::from_micros(500));
        assert_eq!(duration("2d").unwrap(), Duration::from_hours(48));
        assert!(duration("soon").unwrap_err().contains("'soon' is not a duration"));
        assert!(duration("12").is_err());
    }
}
