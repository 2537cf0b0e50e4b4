//! Why an export failed, as `error.type`: few values, and the status where there was one.

use std::borrow::Cow;

use opentelemetry::KeyValue;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};

use crate::{names, pipelines::balance::TIMEOUT};

/// The status of an answer over HTTP, or of a call over gRPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Status {
    Grpc(String),
    Http(u16),
}

/// `None` for a success. The conventions ask for the status code, or `timeout`.
pub(crate) fn error_type(result: &OTelSdkResult) -> Option<Cow<'static, str>> {
    match result {
        Ok(()) => None,
        Err(OTelSdkError::Timeout(_)) => Some(TIMEOUT.into()),
        Err(OTelSdkError::AlreadyShutdown) => Some("already_shutdown".into()),
        Err(OTelSdkError::InternalFailure(text)) => Some(match Status::of(text) {
            Some(Status::Grpc(code)) => code.into(),
            Some(Status::Http(code)) => code.to_string().into(),
            None if text.contains("network error") => "network_error".into(),
            None => names::OTHER.into(),
        }),
    }
}

impl Status {
    /// The SDK tells it in the text of its error alone: `… with gRPC code: DeadlineExceeded: …`,
    /// `… with status code: 503`.
    pub(crate) fn of(error: &str) -> Option<Self> {
        if let Some((_, code)) = error.split_once("gRPC code: ") {
            let code: String = code.chars().take_while(char::is_ascii_alphanumeric).collect();
            return Some(Self::Grpc(upper_snake(&code)));
        }
        let (_, code) = error.split_once("status code: ")?;
        let digits: String = code.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().map(Self::Http)
    }

    pub(crate) fn attribute(self) -> KeyValue {
        match self {
            Self::Grpc(code) => KeyValue::new(names::RPC_RESPONSE_STATUS_CODE, code),
            Self::Http(code) => KeyValue::new(names::HTTP_RESPONSE_STATUS_CODE, i64::from(code)),
        }
    }
}

/// `DeadlineExceeded` is `DEADLINE_EXCEEDED`.
fn upper_snake(code: &str) -> String {
    let mut name = String::new();
    for character in code.chars() {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_uppercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use opentelemetry_sdk::error::OTelSdkError;

    use super::error_type;

    #[test]
    fn an_error_is_known_by_its_status() {
        for (text, expected) in [
            ("TonicTracesClient export failed with gRPC code: Unavailable: tcp connect error", "UNAVAILABLE"),
            ("TonicLogsClient export failed with gRPC code: PermissionDenied", "PERMISSION_DENIED"),
            ("HTTP export failed with status code: 503", "503"),
            ("HTTP export failed: network error", "network_error"),
            ("something else", "_OTHER"),
        ] {
            let result = Err(OTelSdkError::InternalFailure(text.to_owned()));
            assert_eq!(error_type(&result).as_deref(), Some(expected));
        }
        assert_eq!(error_type(&Err(OTelSdkError::Timeout(Duration::ZERO))).as_deref(), Some("timeout"));
        assert_eq!(error_type(&Ok(())), None);
    }
}
