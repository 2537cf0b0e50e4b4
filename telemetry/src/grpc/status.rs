//! gRPC status codes: where they are found on the wire, and who is to blame.

use http::HeaderMap;
use tonic::Code;

pub(crate) use crate::error_type::of_code as name;
use crate::{hop::End, names};

/// Which side of a call a span is on: what is an error depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Client,
    Server,
}

/// The code in headers (a call that failed before its first message) or in trailers (every other).
pub(crate) fn code(headers: &HeaderMap) -> Option<Code> {
    headers.get("grpc-status").map(|value| Code::from_bytes(value.as_bytes()))
}

/// For a client every code but `OK` is an error. A server answers `NOT_FOUND` and the like in good
/// order; its errors are the six that tell of its own failure.
fn is_error(code: Code, role: Role) -> bool {
    match role {
        Role::Client => code != Code::Ok,
        Role::Server => matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ),
    }
}

/// The end of a call with this code.
pub(crate) fn end(code: Code, role: Role) -> End {
    let end = End::default().with_label(names::RPC_RESPONSE_STATUS_CODE, name(code));
    if is_error(code, role) { end.with_error(name(code), "") } else { end }
}
