//! Messaging (in development).

pub(crate) const MESSAGING_SYSTEM: &str = "messaging.system";
pub(crate) const MESSAGING_OPERATION_NAME: &str = "messaging.operation.name";
pub(crate) const MESSAGING_OPERATION_TYPE: &str = "messaging.operation.type";
pub(crate) const MESSAGING_DESTINATION_NAME: &str = "messaging.destination.name";
pub(crate) const MESSAGING_DESTINATION_PARTITION_ID: &str = "messaging.destination.partition.id";
pub(crate) const MESSAGING_CONSUMER_GROUP_NAME: &str = "messaging.consumer.group.name";
pub(crate) const MESSAGING_BATCH_MESSAGE_COUNT: &str = "messaging.batch.message_count";
pub(crate) const MESSAGING_KAFKA_MESSAGE_KEY: &str = "messaging.kafka.message.key";
pub(crate) const MESSAGING_KAFKA_OFFSET: &str = "messaging.kafka.offset";
pub(crate) const MESSAGING_KAFKA_MESSAGE_TOMBSTONE: &str = "messaging.kafka.message.tombstone";
pub(crate) const MESSAGING_CLIENT_OPERATION_DURATION: &str = "messaging.client.operation.duration";
pub(crate) const MESSAGING_CLIENT_SENT_MESSAGES: &str = "messaging.client.sent.messages";
pub(crate) const MESSAGING_CLIENT_CONSUMED_MESSAGES: &str = "messaging.client.consumed.messages";
pub(crate) const MESSAGING_PROCESS_DURATION: &str = "messaging.process.duration";
