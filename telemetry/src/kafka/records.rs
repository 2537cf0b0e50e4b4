//! What spans and metrics say of the records that an operation works on.

use std::{slice, sync::Arc};

use opentelemetry::{
    KeyValue,
    trace::{SpanBuilder, SpanKind},
};

use crate::{handle::link_to, kafka::delivery::Delivery, names};

/// What a member does with records.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Poll,
    Process,
    Commit,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Process => "process",
            Self::Commit => "commit",
        }
    }

    fn operation_type(self) -> KeyValue {
        let name = match self {
            Self::Poll => "receive",
            Self::Process => "process",
            Self::Commit => "settle",
        };
        KeyValue::new(names::MESSAGING_OPERATION_TYPE, name)
    }
}

/// One record, a batch however many it has, or a failure to get any.
#[derive(Clone, Copy)]
pub(super) enum Records<'a> {
    None,
    One(&'a Delivery),
    Batch(&'a [Delivery]),
}

impl<'a> Records<'a> {
    pub(super) fn all(self) -> &'a [Delivery] {
        match self {
            Self::None => &[],
            Self::One(delivery) => slice::from_ref(delivery),
            Self::Batch(deliveries) => deliveries,
        }
    }

    /// Where all of them are from; the convention wants one value, or none.
    fn topic(self) -> Option<&'a str> {
        let topic = self.all().first()?.topic();
        self.all().iter().all(|record| record.topic() == topic).then_some(topic)
    }

    fn partition(self) -> Option<i32> {
        self.topic()?;
        let partition = self.all().first()?.partition();
        self.all().iter().all(|record| record.partition() == partition).then_some(partition)
    }
}

/// Who works on them, and how much of them is told.
#[derive(Clone)]
pub(super) struct Member {
    pub group: Option<Arc<str>>,
    pub keys: bool,
}

impl Member {
    /// The span of an operation, with all that samplers decide on, and the labels of its duration.
    pub(super) fn describe(
        &self,
        operation: Operation,
        records: Records<'_>,
    ) -> (SpanBuilder, Vec<KeyValue>) {
        let mut labels = self.labels(operation, records);
        let mut attributes = labels.clone();
        attributes.push(operation.operation_type());
        // The duration of processing has a name of its own, and no type.
        if operation != Operation::Process {
            labels.push(operation.operation_type());
        }
        match records {
            Records::None => {}
            Records::One(record) => attributes.extend(self.details(operation, record)),
            Records::Batch(batch) => {
                let count = i64::try_from(batch.len()).unwrap_or(i64::MAX);
                attributes.push(KeyValue::new(names::MESSAGING_BATCH_MESSAGE_COUNT, count));
            }
        }
        let name = match records.topic() {
            Some(topic) => format!("{} {topic}", operation.name()),
            None => operation.name().to_owned(),
        };
        let kind = if operation == Operation::Process { SpanKind::Consumer } else { SpanKind::Client };
        let links = records.all().iter().filter_map(|record| link_to(record.sender()));
        let builder = SpanBuilder::from_name(name).with_kind(kind).with_links(links.collect());
        (builder.with_attributes(attributes), labels)
    }

    /// Of low cardinality.
    pub(super) fn labels(&self, operation: Operation, records: Records<'_>) -> Vec<KeyValue> {
        let mut labels = vec![
            KeyValue::new(names::MESSAGING_SYSTEM, "kafka"),
            KeyValue::new(names::MESSAGING_OPERATION_NAME, operation.name()),
        ];
        if let Some(topic) = records.topic() {
            labels.push(KeyValue::new(names::MESSAGING_DESTINATION_NAME, topic.to_owned()));
        }
        if let Some(group) = &self.group {
            labels.push(KeyValue::new(names::MESSAGING_CONSUMER_GROUP_NAME, Arc::clone(group)));
        }
        if let Some(partition) = records.partition() {
            labels.push(KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, partition.to_string()));
        }
        labels
    }

    fn details(&self, operation: Operation, record: &Delivery) -> Vec<KeyValue> {
        let mut details = vec![KeyValue::new(names::MESSAGING_KAFKA_OFFSET, record.offset())];
        if operation == Operation::Commit {
            return details;
        }
        if record.is_tombstone() {
            details.push(KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_TOMBSTONE, true));
        }
        details.extend(record.key().filter(|_| self.keys).and_then(key_attribute));
        details
    }
}

/// A key that is text; the convention leaves out what has no canonical form as one.
pub(super) fn key_attribute(key: &[u8]) -> Option<KeyValue> {
    let text = std::str::from_utf8(key).ok()?;
    Some(KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_KEY, text.to_owned()))
}
