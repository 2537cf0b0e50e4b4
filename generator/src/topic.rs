//! The topic that a service consumes, and the message in it: `orders.placed` is full of `OrderPlaced`.

use super::name::{camel, is_word, singular, snake};

/// Who it happened to, and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Topic(String);

/// What is wrong, and what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no topic for it: take a plural and what happened to one, joined by a dot, like orders.confirmed"
)]
pub(super) struct NotATopic(String);

impl Topic {
    pub(super) fn parse(text: &str) -> Result<Self, NotATopic> {
        let is_name = |name: &str| name.split('-').all(is_word);
        match text.split_once('.') {
            Some((whom, what)) if is_name(whom) && is_name(what) => Ok(Self(text.to_owned())),
            _ => Err(NotATopic(text.to_owned())),
        }
    }

    /// The message's file, and its type.
    pub(super) fn message(&self) -> (String, String) {
        let (whom, what) = self.0.split_once('.').unwrap_or((&self.0, ""));
        let message = format!("{}-{what}", singular(whom));
        (snake(&message), camel(&message))
    }

    /// How the template's topic is spelt, and how this one is.
    pub(super) fn spellings(&self) -> [(&'static str, String); 3] {
        let (file, message) = self.message();
        [("my-things.requested", self.0.clone()), ("my_thing_requested", file), ("MyThingRequested", message)]
    }
}

impl std::fmt::Display for Topic {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{NotATopic, Topic};

    #[test]
    fn a_message_is_called_after_its_topic() {
        let message = |topic: &str| Topic::parse(topic).map(|topic| topic.message());
        let names = |file: &str, message: &str| Ok((file.to_owned(), message.to_owned()));
        assert_eq!(message("orders.placed"), names("order_placed", "OrderPlaced"));
        assert_eq!(message("gift-cards.sent-back"), names("gift_card_sent_back", "GiftCardSentBack"));
    }

    #[test]
    fn what_is_no_topic_is_refused() {
        for topic in ["", "orders", "orders.", ".placed", "Orders.placed", "orders.placed.late", "a.b"] {
            assert_eq!(Topic::parse(topic), Err(NotATopic(topic.to_owned())));
        }
    }
}
