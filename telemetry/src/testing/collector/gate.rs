//! Every batch passes here first, over whichever protocol: refused, held up, or let in.

use std::future;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tonic::Status;

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
        Answer::Forbid => {
            let status = Status::permission_denied("this collector knows no such client");
            return refusal(&request, status, StatusCode::FORBIDDEN);
        }
        Answer::Delay(delay) => tokio::time::sleep(delay).await,
        Answer::Never => return future::pending().await,
    }
    next.run(request).await
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
