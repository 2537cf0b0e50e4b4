//! What a failed command is called.

use std::borrow::Cow;

use redis::{ErrorKind, RedisError, Value};

use crate::{ErrorType, hop::End, names};

/// The end of a command or a pipeline. An error of the server is an answer to the client library: it
/// arrives as a value, among others when a pipeline failed in part.
pub(crate) fn end(answer: Result<&[Value], &RedisError>) -> End {
    match answer {
        Ok(values) => match values.iter().find_map(prefix) {
            Some(prefix) => refused(prefix),
            None => End::default(),
        },
        Err(error) => match error.code() {
            Some(prefix) => refused(prefix),
            None => End::default().with_error(error.error_type(), ""),
        },
    }
}

fn refused(prefix: &str) -> End {
    let end = End::default().with_label(names::DB_RESPONSE_STATUS_CODE, prefix.to_owned());
    // The rest of the server's text may quote a key.
    end.with_error(prefix.to_owned(), "")
}

/// The prefix of the first error, also inside of the answer of a transaction.
fn prefix(value: &Value) -> Option<&str> {
    match value {
        Value::ServerError(error) => Some(error.code()),
        Value::Array(values) => values.iter().find_map(prefix),
        _ => None,
    }
}

impl ErrorType for RedisError {
    /// The error prefix when the server answered (`WRONGTYPE`), else what failed on the way to it.
    fn error_type(&self) -> Cow<'static, str> {
        if let Some(prefix) = self.code() {
            return prefix.to_owned().into();
        }
        if self.is_timeout() {
            return "timeout".into();
        }
        match self.kind() {
            ErrorKind::Io => "io",
            ErrorKind::Parse => "parse",
            ErrorKind::UnexpectedReturnType => "unexpected_return_type",
            ErrorKind::AuthenticationFailed => "authentication_failed",
            ErrorKind::Client => "client",
            _ => names::OTHER,
        }
        .into()
    }
}
