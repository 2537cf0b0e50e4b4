//! What can go wrong: the caller's mistakes, and ours. One mapping to the wire, one place that logs.

use std::{borrow::Cow, error::Error as StdError, time::Duration};

use axum::{
    extract::rejection::{JsonRejection, QueryRejection},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chassis::Problem;
use telemetry::ErrorType;
use tonic::{Code, Status};
use tonic_types::StatusExt;

type Source = Box<dyn StdError + Send + Sync>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the header {name} must be sent once and contain only ASCII")]
    BadHeader { name: &'static str },
    #[error("the header Idempotency-Key is missing: send one that is new for each order, e.g. a UUID")]
    KeyMissing,
    #[error("the header Idempotency-Key must have 1 to 255 visible ASCII characters")]
    KeyMalformed,
    #[error("the query can't be read: {0}")]
    BadQuery(String),
    #[error("the page_token is not one that this list gave out: begin again without one")]
    BadPageToken,
    #[error("this takes no query. An access token belongs in the header Authorization: queries are logged")]
    QueryRefused,
    #[error("the body can't be read as JSON: {0}")]
    BadJson(String),
    #[error("the body ended before it was complete")]
    BodyIncomplete,
    #[error("this needs an access token: sign in at /api/v1/sessions and send Authorization: Bearer <token>")]
    NotSignedIn,
    #[error("the access token is not valid: sign in again")]
    TokenInvalid,
    #[error("the access token has expired: sign in again")]
    TokenExpired,
    #[error("the address or the password is wrong")]
    BadCredentials,
    #[error("this account may not place orders at the moment")]
    MayNotOrder,
    #[error("there is nothing at this path")]
    RouteNotFound,
    #[error("there is no such order")]
    OrderNotFound,
    #[error("this path does not know the method: the header Allow names those that it knows")]
    MethodNotAllowed,
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    #[error("this address already has an account")]
    EmailTaken,
    #[error("this order is no longer pending: it can't be cancelled any more")]
    OrderSettled,
    #[error("the body is larger than {max_bytes} bytes")]
    BodyTooLarge { max_bytes: usize },
    #[error("the body must be JSON: send Content-Type: application/json")]
    NotJson,
    #[error("{0}")]
    Invalid(String),
    #[error("this Idempotency-Key was used for another order: choose a new one")]
    KeyReused,
    #[error("too many requests: wait as long as Retry-After says")]
    TooManyRequests { retry_after: Duration },

    #[error("too many requests are in flight")]
    Overloaded,
    #[error("the request took longer than {0:?}")]
    Overdue(Duration),
    #[error("{neighbour} can't be reached: {source}")]
    Unreachable { neighbour: &'static str, source: Status },
    #[error("{neighbour} did not answer in time: {source}")]
    TimedOut { neighbour: &'static str, source: Status },
    #[error("{neighbour} answered without {field}, or one that can't be read")]
    Unreadable { neighbour: &'static str, field: &'static str },
    #[error("{neighbour} failed: {source}")]
    NeighbourFailed { neighbour: &'static str, source: Status },
    #[error("{0}")]
    Internal(#[source] Source),
}

impl Error {
    pub fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }

    /// For what a call's own documentation does not speak of.
    pub fn from_neighbour(neighbour: &'static str, source: Status) -> Self {
        match source.code() {
            // With the details that say which field it is, it is about what the caller sent. Without
            // them it is about what we sent.
            Code::InvalidArgument => match source.get_details_bad_request() {
                Some(details) => {
                    let fields = details.field_violations.iter();
                    let texts = fields.map(|wrong| format!("{}: {}", wrong.field, wrong.description));
                    Self::Invalid(texts.collect::<Vec<_>>().join("; "))
                }
                None => Self::NeighbourFailed { neighbour, source },
            },
            Code::Unavailable => Self::Unreachable { neighbour, source },
            // A call that tonic's channel gave up for its deadline is CANCELLED.
            Code::DeadlineExceeded | Code::Cancelled => Self::TimedOut { neighbour, source },
            _ => Self::NeighbourFailed { neighbour, source },
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadHeader { .. } | Self::KeyMissing | Self::KeyMalformed => StatusCode::BAD_REQUEST,
            Self::BadJson(_) | Self::BodyIncomplete | Self::BadQuery(_) => StatusCode::BAD_REQUEST,
            Self::BadPageToken | Self::QueryRefused => StatusCode::BAD_REQUEST,
            Self::NotSignedIn | Self::TokenInvalid | Self::TokenExpired => StatusCode::UNAUTHORIZED,
            Self::BadCredentials => StatusCode::UNAUTHORIZED,
            Self::MayNotOrder => StatusCode::FORBIDDEN,
            Self::RouteNotFound | Self::OrderNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::EmailTaken | Self::OrderSettled => StatusCode::CONFLICT,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) | Self::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded | Self::Unreachable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Overdue(_) | Self::TimedOut { .. } => StatusCode::GATEWAY_TIMEOUT,
            Self::Unreadable { .. } | Self::NeighbourFailed { .. } | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// What the status alone does not say to a program.
    fn header(&self) -> Option<(HeaderName, HeaderValue)> {
        let retry_after = |seconds: u64| Some((header::RETRY_AFTER, HeaderValue::from(seconds)));
        let challenge = |value| Some((header::WWW_AUTHENTICATE, HeaderValue::from_static(value)));
        match self {
            Self::TooManyRequests { retry_after: wait } => {
                // Rounded up: a second too early would be refused again.
                retry_after(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX))
            }
            Self::Overloaded | Self::Unreachable { .. } => retry_after(1),
            Self::NotSignedIn | Self::BadCredentials => challenge("Bearer"),
            Self::TokenInvalid | Self::TokenExpired => challenge("Bearer error=\"invalid_token\""),
            _ => None,
        }
    }
}

/// What a neighbour answered is called as its status is; the rest as ours.
impl ErrorType for Error {
    fn error_type(&self) -> Cow<'static, str> {
        match self {
            Self::Unreachable { source, .. } | Self::TimedOut { source, .. } => source.error_type(),
            Self::NeighbourFailed { source, .. } => source.error_type(),
            _ => self.status().as_str().to_owned().into(),
        }
    }
}

/// The caller's mistakes go out with their text; of ours, only the kind does. The text is recorded
/// here, inside the request's trace, and nowhere else.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        let detail = match status {
            StatusCode::SERVICE_UNAVAILABLE => "this can't be done at the moment, try again".to_owned(),
            StatusCode::GATEWAY_TIMEOUT => "this took too long, try again".to_owned(),
            StatusCode::INTERNAL_SERVER_ERROR => "the request failed".to_owned(),
            _ => self.to_string(),
        };
        // A line for each request that is turned away would make an overload worse.
        if status.is_server_error() && !matches!(self, Self::Overloaded) {
            telemetry::exception(&self, "the request failed");
        }
        let mut response = Problem::new(status, detail).into_response();
        response.headers_mut().extend(self.header());
        response
    }
}

impl From<JsonRejection> for Error {
    fn from(rejection: JsonRejection) -> Self {
        // The source says what and where, in JSON's words; the rejection itself speaks of Rust's types.
        let text = |error: &dyn StdError| error.source().unwrap_or(error).to_string();
        match rejection {
            JsonRejection::JsonDataError(error) => Self::Invalid(text(&error)),
            JsonRejection::JsonSyntaxError(error) => Self::BadJson(text(&error)),
            JsonRejection::MissingJsonContentType(_) => Self::NotJson,
            other => Self::BadJson(text(&other)),
        }
    }
}

impl From<QueryRejection> for Error {
    fn from(rejection: QueryRejection) -> Self {
        let text = rejection.source().map_or_else(|| rejection.to_string(), ToString::to_string);
        Self::BadQuery(text)
    }
}
