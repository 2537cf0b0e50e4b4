//! What can go wrong with a message: it is at fault itself, a dependency is away, or we are at fault.

use std::{borrow::Cow, error::Error as StdError};

use telemetry::ErrorType;
use tonic::{Code, Status};

type Source = Box<dyn StdError + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the message can't be handled: {0}")]
    Malformed(&'static str),
    #[error("the orders service refuses the settlement: {0}")]
    Refused(#[source] Box<Status>),
    #[error("a dependency is away: {0}")]
    Outage(#[source] Source),
    #[error("{0}")]
    Internal(#[source] Source),
}

impl Error {
    /// Trying again can't help.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Malformed(_) | Self::Refused(_))
    }

    /// Trying again helps as soon as the dependency is back.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Outage(_))
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        match status.code() {
            Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled | Code::ResourceExhausted => {
                Self::Outage(status.into())
            }
            Code::InvalidArgument | Code::NotFound | Code::FailedPrecondition | Code::Unimplemented => {
                Self::Refused(Box::new(status))
            }
            _ => Self::Internal(status.into()),
        }
    }
}

/// For `error.type` and the dead letter's reason: few values, no text.
impl ErrorType for Error {
    fn error_type(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Malformed(_) => "malformed_message",
            Self::Refused(_) => "settlement_refused",
            Self::Outage(_) => "dependency_unavailable",
            Self::Internal(_) => "internal_error",
        })
    }
}
