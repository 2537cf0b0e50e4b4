//! The spans in memory, by trace, within limits: the oldest trace makes room for the newest.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use prost::Message as _;
use tokio::sync::watch;

use super::{log_store::LogStore, span::RecordedSpan};

type TraceId = Vec<u8>;

/// How much is kept. What is reached first counts.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Spans.
    pub spans: usize,
    /// Their size as they came over the wire; in memory they take about twice as much.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { spans: 200_000, bytes: 64 * 1024 * 1024 }
    }
}

/// What came in since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Spans that were taken.
    pub spans: u64,
    /// Spans that were forgotten, to keep the limits.
    pub evicted: u64,
    /// Spans without a valid id.
    pub rejected: u64,
    /// Metric data points; accepted so that exporters do not fail, and not kept.
    pub metric_points: u64,
    /// Log records; the latest are kept apart.
    pub log_records: u64,
}

/// The spans of one trace, in the order of their arrival.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// They may come in any order: a parent ends after its children, so it usually comes last.
    pub spans: Vec<Arc<RecordedSpan>>,
}

impl Trace {
    /// When its first span began, in nanoseconds since 1970.
    pub fn start(&self) -> u64 {
        self.spans.iter().map(|span| span.start()).min().unwrap_or_default()
    }
}

/// A handle; clones share the spans.
#[derive(Debug, Clone)]
pub struct Store(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    inner: Mutex<Inner>,
    logs: LogStore,
    /// Changed at each arrival: whoever waits for spans waits for this.
    arrivals: watch::Sender<()>,
}

#[derive(Debug)]
struct Inner {
    limits: Limits,
    traces: HashMap<TraceId, Kept>,
    /// The oldest first.
    order: VecDeque<TraceId>,
    spans: usize,
    bytes: usize,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Kept {
    trace: Trace,
    /// An exporter that got no answer sends again: the same span may arrive twice.
    seen: HashSet<Vec<u8>>,
    bytes: usize,
}

impl Store {
    /// An empty store.
    pub fn new(limits: Limits) -> Self {
        let inner = Inner {
            limits,
            traces: HashMap::new(),
            order: VecDeque::new(),
            spans: 0,
            bytes: 0,
            counts: Counts::default(),
        };
        Self(Arc::new(Shared {
            inner: Mutex::new(inner),
            logs: LogStore::default(),
            arrivals: watch::Sender::new(()),
        }))
    }

    /// Takes what one export brought, at once, so that a waiter sees all of it or nothing.
    pub fn add(&self, spans: Vec<RecordedSpan>, rejected: u64) {
        let mut inner = self.lock();
        inner.counts.rejected += rejected;
        spans.into_iter().for_each(|span| inner.add(span));
        drop(inner);
        self.0.arrivals.send_replace(());
    }

    /// The log records.
    pub fn logs(&self) -> &LogStore {
        &self.0.logs
    }

    /// Counts what is not kept here.
    pub fn count(&self, metric_points: u64, log_records: u64) {
        let mut inner = self.lock();
        inner.counts.metric_points += metric_points;
        inner.counts.log_records += log_records;
        drop(inner);
        self.0.arrivals.send_replace(());
    }

    /// What came in since the start.
    pub fn counts(&self) -> Counts {
        self.lock().counts
    }

    /// Every span, trace by trace, the oldest trace first.
    pub fn spans(&self) -> Vec<Arc<RecordedSpan>> {
        self.traces().into_iter().flat_map(|trace| trace.spans).collect()
    }

    /// Every trace, the oldest first.
    pub fn traces(&self) -> Vec<Trace> {
        let inner = self.lock();
        inner.order.iter().filter_map(|id| Some(inner.traces.get(id)?.trace.clone())).collect()
    }

    /// One trace, by its 32 hexadecimal digits. Leading zeros may be missing.
    pub fn trace(&self, id: &str) -> Option<Trace> {
        let id = u128::from_str_radix(id, 16).ok()?.to_be_bytes();
        self.lock().traces.get(id.as_slice()).map(|kept| kept.trace.clone())
    }

    /// Waits until `found` finds what it looks for. It is asked at each arrival; it waits for ever if
    /// that never comes, so put a timeout around it.
    pub async fn wait_for<T>(&self, mut found: impl FnMut(&Self) -> Option<T>) -> T {
        let mut arrivals = self.0.arrivals.subscribe();
        loop {
            arrivals.borrow_and_update();
            if let Some(found) = found(self) {
                return found;
            }
            // The sender lives as long as `self`.
            let _ = arrivals.changed().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn add(&mut self, span: RecordedSpan) {
        let id = span.span.trace_id.clone();
        let kept = self.traces.entry(id.clone()).or_insert_with(|| {
            self.order.push_back(id);
            Kept::default()
        });
        if !kept.seen.insert(span.span.span_id.clone()) {
            return;
        }
        let size = span.span.encoded_len();
        kept.bytes += size;
        kept.trace.spans.push(Arc::new(span));
        self.bytes += size;
        self.spans += 1;
        self.counts.spans += 1;
        self.keep_limits();
    }

    fn keep_limits(&mut self) {
        while self.spans > self.limits.spans || self.bytes > self.limits.bytes {
            let Some(evicted) = self.order.pop_front().and_then(|id| self.traces.remove(&id)) else { return };
            self.spans -= evicted.trace.spans.len();
            self.bytes -= evicted.bytes;
            self.counts.evicted += evicted.trace.spans.len() as u64;
        }
    }
}
