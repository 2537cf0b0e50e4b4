//! A log record as the viewer's own API tells it.

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{
    log_store::{RecordedLog, time},
    span::{self, display, hex},
};

/// One line of `throughline logs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// RFC 3339, UTC.
    pub time: String,
    /// `INFO`, `WARN`, …
    pub level: String,
    /// Who wrote it.
    pub service: String,
    /// 16 hexadecimal digits.
    pub span_id: String,
    /// What it says.
    pub message: String,
    /// Everything else, key and value.
    pub attributes: Vec<(String, String)>,
}

impl From<&RecordedLog> for LogLine {
    fn from(log: &RecordedLog) -> Self {
        let nanoseconds = i128::from(time(&log.record));
        let time = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok();
        let mut attributes: Vec<_> = log
            .record
            .attributes
            .iter()
            .map(|pair| (pair.key.clone(), pair.value.as_ref().map(display).unwrap_or_default()))
            .collect();
        if !log.record.event_name.is_empty() {
            attributes.insert(0, ("event".to_owned(), log.record.event_name.clone()));
        }
        Self {
            time: time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default(),
            level: log.record.severity_text.clone(),
            service: span::service_of(&log.resource).to_owned(),
            span_id: hex(&log.record.span_id),
            message: log.record.body.as_ref().map(display).unwrap_or_default(),
            attributes,
        }
    }
}
