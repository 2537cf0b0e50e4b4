// <grpc>
//! What can go wrong: the caller's mistakes, and ours. One mapping to the wire, one place that logs.
// </grpc>
// <worker>
//! What can go wrong with a message: it is at fault itself, a dependency is away, or we are at fault.
// </worker>

use std::{borrow::Cow, error::Error as StdError};

use telemetry::ErrorType;
// <grpc>
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
// </grpc>

type Source = Box<dyn StdError + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{field} {rule}")]
    Invalid { field: &'static str, rule: &'static str },
    #[error("this id was used for another name")]
    IdTaken,
    // <grpc>
    #[error("there is nothing with this id")]
    NotFound,
    // </grpc>
    #[error("a store does not answer: {0}")]
    Unavailable(#[source] Source),
    #[error("{0}")]
    Internal(#[source] Source),
}

impl Error {
    pub fn invalid(field: &'static str, rule: &'static str) -> Self {
        Self::Invalid { field, rule }
    }

    pub fn unavailable(source: impl Into<Source>) -> Self {
        Self::Unavailable(source.into())
    }

    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }
    // <kafka>

    /// Trying again can't help: the message is at fault itself.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::Invalid { .. } | Self::IdTaken)
    }

    /// Trying again helps as soon as the dependency is back.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
    // </kafka>
}

// <no-kafka>
/// Ours alone are recorded: their kind, few values. The caller's are the caller's to record.
// </no-kafka>
// <kafka>
/// For `error.type` and the dead letter's reason: few values, no text.
// </kafka>
impl ErrorType for Error {
    fn error_type(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Unavailable(_) => "store_unavailable",
            Self::Internal(_) => "internal_error",
            _ => "invalid_request",
        })
    }
}
// <grpc>

/// The caller's mistakes go out with their text; of ours, only the kind does. The text is recorded
/// here, inside the request's trace, and nowhere else.
impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::Invalid { field, rule } => {
                let details = ErrorDetails::with_bad_request_violation(field, rule);
                Self::with_error_details(Code::InvalidArgument, text, details)
            }
            Error::IdTaken => Self::already_exists(text),
            Error::NotFound => Self::not_found(text),
            Error::Unavailable(_) => {
                telemetry::exception(&error, "a store does not answer");
                Self::unavailable("the call can't be answered at the moment, try again")
            }
            Error::Internal(_) => {
                telemetry::exception(&error, "the call failed");
                Self::internal("the call failed")
            }
        }
    }
}
// </grpc>
