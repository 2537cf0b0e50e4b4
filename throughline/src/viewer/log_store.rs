//! The log records in memory, within limits: the oldest makes room for the newest.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry_proto::tonic::{logs::v1::LogRecord, resource::v1::Resource};
use prost::Message as _;

/// What is reached first counts; bytes as they came over the wire.
const MAX_RECORDS: usize = 50_000;
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// One record of one service.
#[derive(Debug, Clone)]
pub struct RecordedLog {
    /// The process that wrote it.
    pub resource: Arc<Resource>,
    /// Everything else, as on the wire.
    pub record: LogRecord,
}

/// A handle; clones share the records.
#[derive(Debug, Clone, Default)]
pub struct LogStore(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    records: VecDeque<RecordedLog>,
    bytes: usize,
}

impl LogStore {
    pub(super) fn add(&self, records: impl IntoIterator<Item = RecordedLog>) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            inner.bytes += record.record.encoded_len();
            inner.records.push_back(record);
            while inner.records.len() > MAX_RECORDS || inner.bytes > MAX_BYTES {
                let Some(forgotten) = inner.records.pop_front() else { break };
                inner.bytes -= forgotten.record.encoded_len();
            }
        }
    }

    /// The records of a trace, by its 32 hexadecimal digits, in the order in which they were written.
    pub fn of_trace(&self, id: &str) -> Vec<RecordedLog> {
        let Ok(id) = u128::from_str_radix(id, 16) else { return Vec::new() };
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = inner.records.iter().filter(|log| log.record.trace_id == id.to_be_bytes());
        let mut records: Vec<_> = own.cloned().collect();
        records.sort_by_key(|log| time(&log.record));
        records
    }
}

/// When it happened, or where nobody said so, when it was noticed; nanoseconds since 1970.
pub(super) fn time(record: &LogRecord) -> u64 {
    match record.time_unix_nano {
        0 => record.observed_time_unix_nano,
        time => time,
    }
}
