//! Bounds the attributes of a log record before it waits in the queue. The SDK has no way to change or
//! remove one, so a record that breaks a limit is written anew; most are only looked at.

use std::time::Duration;

use opentelemetry::{
    InstrumentationScope, Key,
    logs::{AnyValue, LogRecord, Logger, LoggerProvider},
};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    logs::{LogProcessor, SdkLogRecord, SdkLogger, SdkLoggerProvider},
};

use crate::limits::{Cuts, Limits, cut};

#[derive(Debug)]
pub(crate) struct LogLimits {
    attributes: usize,
    length: usize,
    cuts: Cuts,
    /// Makes empty records; the SDK has no other way.
    blank: SdkLogger,
}

impl LogLimits {
    pub(crate) fn new(limits: &Limits, cuts: Cuts) -> Self {
        let blank = SdkLoggerProvider::builder().build().logger("telemetry");
        Self { attributes: limits.log_attributes, length: limits.log_value, cuts, blank }
    }

    fn is_within(&self, record: &SdkLogRecord) -> bool {
        record.attributes_iter().count() <= self.attributes
            && record.attributes_iter().all(|(_, value)| is_short(value, self.length))
    }

    /// The body is no attribute: the specification does not bound it.
    fn rewritten(&self, record: &SdkLogRecord) -> SdkLogRecord {
        let mut new = self.blank.create_log_record();
        record.event_name().into_iter().for_each(|name| new.set_event_name(name));
        record.target().into_iter().for_each(|target| new.set_target(target.clone()));
        record.timestamp().into_iter().for_each(|time| new.set_timestamp(time));
        record.observed_timestamp().into_iter().for_each(|time| new.set_observed_timestamp(time));
        record.severity_text().into_iter().for_each(|text| new.set_severity_text(text));
        record.severity_number().into_iter().for_each(|number| new.set_severity_number(number));
        record.body().into_iter().for_each(|body| new.set_body(body.clone()));
        if let Some(ids) = record.trace_context() {
            new.set_trace_context(ids.trace_id, ids.span_id, ids.trace_flags);
        }
        let kept = record.attributes_iter().take(self.attributes);
        new.add_attributes(kept.map(|(key, value)| (key.clone(), shortened(value, self.length))));
        new
    }
}

impl LogProcessor for LogLimits {
    fn emit(&self, record: &mut SdkLogRecord, _scope: &InstrumentationScope) {
        if self.is_within(record) {
            return;
        }
        let long = record.attributes_iter().take(self.attributes);
        let long = long.filter(|(_, value)| !is_short(value, self.length)).count();
        let many = record.attributes_iter().count().saturating_sub(self.attributes);
        self.cuts.add((long + many) as u64);
        *record = self.rewritten(record);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }
}

fn is_short(value: &AnyValue, length: usize) -> bool {
    match value {
        AnyValue::String(text) => cut(text.as_str(), length).is_none(),
        AnyValue::Bytes(bytes) => bytes.len() <= length,
        AnyValue::ListAny(values) => values.iter().all(|value| is_short(value, length)),
        AnyValue::Map(map) => map.values().all(|value| is_short(value, length)),
        _ => true,
    }
}

fn shortened(value: &AnyValue, length: usize) -> AnyValue {
    let short = |value: &AnyValue| shortened(value, length);
    match value {
        AnyValue::String(text) => match cut(text.as_str(), length) {
            Some(short) => AnyValue::String(short.to_owned().into()),
            None => value.clone(),
        },
        AnyValue::Bytes(bytes) => AnyValue::Bytes(Box::new(bytes.iter().copied().take(length).collect())),
        AnyValue::ListAny(values) => AnyValue::ListAny(Box::new(values.iter().map(short).collect())),
        AnyValue::Map(map) => {
            let pair = |(key, value): (&Key, &AnyValue)| (key.clone(), short(value));
            AnyValue::Map(Box::new(map.iter().map(pair).collect()))
        }
        other => other.clone(),
    }
}
