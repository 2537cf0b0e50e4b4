//! What `/openapi.json` says of every operation. Handlers say what is their own; what the extractors
//! and [`bounds`](super::bounds) can answer in front of them is added here, once for all.

use axum::http::StatusCode;
use utoipa::{
    OpenApi,
    openapi::{
        self, ContentBuilder, Header, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
        Schema, Type,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

const PROBLEM: &str = "Problem";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Throughline",
        description = "Accounts, a catalogue and orders. Every answer has its trace id in `x-trace-id`: look \
                       it up in the trace UI. What is refused is a problem (RFC 9457).",
    ),
    tags(
        (name = "accounts", description = "Register, sign in"),
        (name = "catalogue", description = "What there is to buy"),
        (name = "orders", description = "Place orders, and see what becomes of them"),
    ),
)]
struct Base;

/// The document before any handler has added to it.
pub fn base() -> openapi::OpenApi {
    let mut document = Base::openapi();
    // Whose servers these are, a gateway does not know: paths are relative to where the document is.
    let components = document.components.get_or_insert_default();
    components.schemas.insert(PROBLEM.to_owned(), problem().into());
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT");
    let token = token.description(Some("The access_token of POST /api/v1/sessions"));
    components.add_security_scheme("token", SecurityScheme::Http(token.build()));
    document
}

/// The document with all that can be answered to any operation.
pub fn complete(mut document: openapi::OpenApi) -> openapi::OpenApi {
    for path in document.paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.post, &mut path.put, &mut path.patch, &mut path.delete];
        operations.into_iter().flatten().for_each(complete_operation);
    }
    document
}

fn complete_operation(operation: &mut Operation) {
    let mut statuses = vec![
        (StatusCode::TOO_MANY_REQUESTS, "Wait as long as Retry-After says"),
        (StatusCode::INTERNAL_SERVER_ERROR, "The request failed"),
        (StatusCode::SERVICE_UNAVAILABLE, "This can't be done at the moment, try again"),
        (StatusCode::GATEWAY_TIMEOUT, "This took too long, try again"),
    ];
    if operation.security.is_some() {
        statuses.push((StatusCode::BAD_REQUEST, "A header or parameter can't be read"));
        statuses.push((StatusCode::UNAUTHORIZED, "There is no access token, or it is not valid"));
    }
    if operation.request_body.is_some() {
        statuses.push((StatusCode::BAD_REQUEST, "The request can't be read"));
        statuses.push((StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time"));
        statuses.push((StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"));
        statuses.push((StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be JSON"));
        statuses.push((StatusCode::UNPROCESSABLE_ENTITY, "A member of the body breaks its rule"));
    }
    let responses = &mut operation.responses.responses;
    for (status, description) in statuses {
        let new = || ResponseBuilder::new().description(description).build().into();
        responses.entry(status.as_str().to_owned()).or_insert_with(new);
    }
    for (status, response) in responses {
        if let RefOr::T(response) = response {
            complete_response(status, response);
        }
    }
}

fn complete_response(status: &str, response: &mut Response) {
    let mut header = |name: &str, header: Header| response.headers.insert(name.to_owned(), header.into());
    header("x-trace-id", text("The trace of this request"));
    match status {
        "401" => header("WWW-Authenticate", text("What is missing, or wrong")),
        "429" | "503" => header("Retry-After", text("Seconds")),
        _ => None,
    };
    if status >= "400" {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(PROBLEM))).build();
        response.content.insert("application/problem+json".to_owned(), problem.into());
    }
}

fn text(description: &str) -> Header {
    let schema = ObjectBuilder::new().schema_type(Type::String);
    HeaderBuilder::new().schema(Some(schema)).description(Some(description)).build()
}

/// [`chassis::Problem`], as it leaves this service.
fn problem() -> Schema {
    let member = |name: &str, kind, object: ObjectBuilder| {
        object.property(name, ObjectBuilder::new().schema_type(kind)).required(name)
    };
    let object = ObjectBuilder::new().description(Some("RFC 9457"));
    let object = member("type", Type::String, object);
    let object = member("title", Type::String, object);
    let object = member("status", Type::Integer, object);
    let object = member("detail", Type::String, object);
    member("trace_id", Type::String, object).into()
}
