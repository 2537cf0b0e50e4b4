//! What a failed Kafka operation is called.

use std::borrow::Cow;

use rdkafka::error::KafkaError;

use crate::{ErrorType, names};

/// librdkafka's code, e.g. `UnknownTopicOrPartition`, in the broker's way of writing:
/// `UNKNOWN_TOPIC_OR_PARTITION`.
pub(crate) fn error_type(error: &KafkaError) -> Cow<'static, str> {
    let Some(code) = error.rdkafka_error_code() else { return names::OTHER.into() };
    let mut name = String::new();
    for letter in format!("{code:?}").chars().take_while(char::is_ascii_alphanumeric) {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name.into()
}

impl ErrorType for KafkaError {
    /// The code's name, e.g. `UNKNOWN_TOPIC_OR_PARTITION`.
    fn error_type(&self) -> Cow<'static, str> {
        error_type(self)
    }
}
