//! Every batch passes here first, over whichever protocol: refused, held up, or let in.

use std::{future, time::Duration};

use axum::{
    extract::{Request, State},
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use super::{Answer, Collector};
use crate::testing::received::Headers;

pub(super) async fn pass(State(collector): State<Collector>, request: Request, next: Next) -> Response {
    collector.keep(|all| all.headers.push(Headers::of(request.headers())));
    let answer = *collector.answer.borrow();
    match answer {
        Answer::Accept | Answer::Reject(_) => {}
        Answer::Refuse => {
            let status = Status::unavailable("this collector is overloaded");
            return refusal(&request, status, StatusCode::SERVICE_UNAVAILABLE);
        }
        Answer::Throttle(delay) => return throttled(&request, delay),
        Answer::Forbid => {
            let status = Status::permission_denied("this collector knows no such client");
            return refusal(&request, status, StatusCode::FORBIDDEN);
        }
        Answer::Delay(delay) => tokio::time::sleep(delay).await,
        Answer::Never => return future::pending().await,
    }
    next.run(request).await
}

fn throttled(request: &Request, delay: Duration) -> Response {
    let details = ErrorDetails::with_retry_info(Some(delay));
    let status = Status::with_error_details(Code::ResourceExhausted, "this collector is overloaded", details);
    let mut response = refusal(request, status, StatusCode::TOO_MANY_REQUESTS);
    response.headers_mut().insert(RETRY_AFTER, delay.as_secs().into());
    response
}

/// gRPC tells its status in a header of a 200, if there is no message.
fn refusal(request: &Request, over_grpc: Status, over_http: StatusCode) -> Response {
    if is_grpc(request.headers().get(CONTENT_TYPE)) {
        over_grpc.into_http::<axum::body::Body>()
    } else {
        over_http.into_response()
    }
}

fn is_grpc(content_type: Option<&HeaderValue>) -> bool {
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}
