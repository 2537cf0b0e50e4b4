//! Whether a message is handled in the trace that sent it.

use std::str::FromStr;

use opentelemetry::Context;

/// How the work on a message belongs to the trace that sent it. A link is set either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MessagingTrace {
    /// One trace: the sender's span is the parent.
    #[default]
    Parent,
    /// A trace of its own, only linked; the convention's default, made for batches.
    Link,
}

impl MessagingTrace {
    /// Below what the work on a message of `sender` stands.
    pub(super) fn parent(self, sender: &Context) -> Context {
        match self {
            Self::Parent => sender.clone(),
            Self::Link => Context::new(),
        }
    }
}

impl FromStr for MessagingTrace {
    type Err = ParseMessagingTraceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "parent" => Ok(Self::Parent),
            "link" => Ok(Self::Link),
            _ => Err(ParseMessagingTraceError(text.to_owned())),
        }
    }
}

/// A text that is no [`MessagingTrace`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way to trace messages: say `parent` or `link`")]
pub struct ParseMessagingTraceError(String);
