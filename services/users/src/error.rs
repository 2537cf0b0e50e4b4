//! What can go wrong: the caller's mistakes, and ours. One mapping to the wire, one place that logs.

use std::{borrow::Cow, error::Error as StdError};

use telemetry::ErrorType;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

type Source = Box<dyn StdError + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{field} {rule}")]
    Invalid { field: &'static str, rule: &'static str },
    #[error("this address already has an account")]
    EmailTaken,
    #[error("the address or the password is wrong")]
    BadCredentials,
    #[error("there is no such user")]
    UserNotFound,
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
}

/// Ours alone are recorded: their kind, few values. The caller's are the caller's to record.
impl ErrorType for Error {
    fn error_type(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Unavailable(_) => "store_unavailable",
            Self::Internal(_) => "internal_error",
            _ => "invalid_request",
        })
    }
}

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
            Error::EmailTaken => Self::already_exists(text),
            Error::BadCredentials => Self::unauthenticated(text),
            Error::UserNotFound => Self::not_found(text),
            Error::Unavailable(_) => {
                telemetry::exception(&error, "a store does not answer");
                Self::unavailable("users can't be looked up at the moment, try again")
            }
            Error::Internal(_) => {
                telemetry::exception(&error, "the call failed");
                Self::internal("the call failed")
            }
        }
    }
}
