//! What a failed statement is called.

use std::borrow::Cow;

use sqlx::{Error, error::DatabaseError};

use crate::{ErrorType, hop::End, names};

/// The end of a statement. That there is no row is no error here: sqlx makes one of it later, for
/// those who asked for exactly one.
pub(crate) fn end(error: Option<&Error>) -> End {
    let Some(error) = error else { return End::default() };
    let end = End::default().with_error(error.error_type(), description(error));
    match sqlstate(error) {
        Some(state) => end.with_label(names::DB_RESPONSE_STATUS_CODE, state),
        None => end,
    }
}

fn sqlstate(error: &Error) -> Option<String> {
    error.as_database_error()?.code().map(Cow::into_owned)
}

/// The name of the violated constraint. The server's own words may quote values: `invalid input
/// syntax for type integer: "…"`.
fn description(error: &Error) -> String {
    let constraint = error.as_database_error().and_then(DatabaseError::constraint);
    constraint.unwrap_or_default().to_owned()
}

impl ErrorType for Error {
    /// The SQLSTATE when the server answered, else what failed on the way to it.
    fn error_type(&self) -> Cow<'static, str> {
        if let Some(state) = sqlstate(self) {
            return state.into();
        }
        match self {
            Error::Io(_) => "io",
            Error::Tls(_) => "tls",
            Error::Protocol(_) => "protocol",
            Error::PoolTimedOut => "pool_timed_out",
            Error::PoolClosed => "pool_closed",
            Error::RowNotFound => "row_not_found",
            Error::ColumnNotFound(_) | Error::ColumnIndexOutOfBounds { .. } | Error::ColumnDecode { .. } => {
                "decode"
            }
            Error::Decode(_) => "decode",
            Error::Encode(_) => "encode",
            Error::Configuration(_) => "configuration",
            Error::Migrate(_) => "migrate",
            _ => names::OTHER,
        }
        .into()
    }
}
