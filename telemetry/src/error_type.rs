//! Which value of `error.type` an error has.

use std::{borrow::Cow, error::Error, io};

use tonic::{Code, Status};

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

impl ErrorType for Status {
    /// The name of the code, e.g. `UNAVAILABLE`.
    fn error_type(&self) -> Cow<'static, str> {
        of_code(self.code()).into()
    }
}

/// The name of a code as the gRPC specification writes it.
pub(crate) fn of_code(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// Why there was no answer, if the operating system is to blame.
pub(crate) fn of_source(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut source = Some(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(of_io(error.kind()));
        }
        source = error.source();
    }
    None
}

fn of_io(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::ConnectionRefused => "connection_refused",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => "connection_reset",
        io::ErrorKind::ConnectionAborted => "connection_aborted",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => "unreachable",
        io::ErrorKind::TimedOut => "timeout",
        io::ErrorKind::UnexpectedEof => "unexpected_eof",
        _ => "io",
    }
}
