//! What can go wrong: the caller's mistakes, and ours. One mapping to the wire, one place that logs.

use std::{borrow::Cow, collections::HashMap, error::Error as StdError};

use telemetry::ErrorType;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

type Source = Box<dyn StdError + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{field} {rule}")]
    Invalid { field: &'static str, rule: &'static str },
    #[error("there is no product {sku:?}")]
    UnknownSku { sku: String },
    #[error("this idempotency key was used for another order")]
    KeyReused,
    #[error("there is no such order")]
    OrderNotFound,
    #[error("the order was settled with another outcome")]
    SettledOtherwise,
    #[error("the order is settled and can't be cancelled any more")]
    AlreadySettled,
    #[error("this replica stops, watch again")]
    Stopping,
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
            Error::UnknownSku { .. } => {
                let details = ErrorDetails::with_bad_request_violation("lines.sku", text.clone());
                Self::with_error_details(Code::InvalidArgument, text, details)
            }
            Error::KeyReused => precondition(text, "IDEMPOTENCY_KEY_REUSED"),
            Error::SettledOtherwise => precondition(text, "SETTLED_OTHERWISE"),
            Error::AlreadySettled => precondition(text, "ALREADY_SETTLED"),
            Error::OrderNotFound => Self::not_found(text),
            Error::Stopping => Self::unavailable(text),
            Error::Unavailable(_) => {
                telemetry::exception(&error, "a store does not answer");
                Self::unavailable("orders can't be worked on at the moment, try again")
            }
            Error::Internal(_) => {
                telemetry::exception(&error, "the call failed");
                Self::internal("the call failed")
            }
        }
    }
}

/// `FAILED_PRECONDITION` has many causes: programs tell them apart by `reason`.
fn precondition(text: String, reason: &'static str) -> Status {
    let details = ErrorDetails::with_error_info(reason, "orders", HashMap::new());
    Status::with_error_details(Code::FailedPrecondition, text, details)
}
