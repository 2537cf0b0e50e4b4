//! Which value of `error.type` an error has.

use std::borrow::Cow;

/// What an error is called in `error.type`, on spans and on metrics: the status code where there is
/// one, else the name of its kind. There must be few values; a message with an id in it is none.
pub trait ErrorType {
    /// The class of this error, e.g. `23505`, `NOT_FOUND`, `timeout`.
    fn error_type(&self) -> Cow<'static, str>;
}

impl ErrorType for std::convert::Infallible {
    fn error_type(&self) -> Cow<'static, str> {
        match *self {}
    }
}
