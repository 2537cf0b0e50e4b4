use telemetry::testing::otlp::trace::v1::{
    Span,
    span::{Event, SpanKind},
    status::StatusCode,
};

use super::{
    assert_problem,
    examples::{http_client, http_server, int, kafka, postgresql, redis, rpc, spans, text},
    planting::{failed, named, of_kind, status, with},
};

#[test]
fn a_failure_has_status_error_and_error_type_or_none_of_them() {
    let wordless = status(http_server(), StatusCode::Error);
    assert_problem(
        &spans(vec![wordless]),
        "its status is Error without `error.type`: that must say what failed",
    );
    let green = with(redis(), text("error.type", "io"));
    assert_problem(
        &spans(vec![green]),
        "it has `error.type` and its status is not Error: both, or none of them",
    );
    let content = status(http_server(), StatusCode::Ok);
    assert_problem(&spans(vec![content]), "its status is Ok: on success it is left unset");
}

#[test]
fn what_is_a_failure_depends_on_the_convention_and_the_side() {
    let code = |span, code| with(span, text("rpc.response.status_code", code));
    let status = |span, status| with(span, int("http.response.status_code", status));
    let missed =
        |code: &str| format!("it ended with {code}, which is a failure here: its status must be Error");
    let none =
        |code: &str| format!("it ended with {code}, which is no failure here: its status is left unset");
    for (span, problem) in [
        (status(http_server(), 500), missed("500")),
        (failed(status(http_server(), 404), "404"), none("404")),
        (status(http_client(), 404), missed("404")),
        (code(rpc(SpanKind::Client), "NOT_FOUND"), missed("NOT_FOUND")),
        (code(rpc(SpanKind::Server), "INTERNAL"), missed("INTERNAL")),
        (failed(code(rpc(SpanKind::Server), "NOT_FOUND"), "NOT_FOUND"), none("NOT_FOUND")),
        (with(postgresql(), text("db.response.status_code", "23505")), missed("23505")),
        (failed(with(postgresql(), text("db.response.status_code", "01000")), "01000"), none("01000")),
        (with(redis(), text("db.response.status_code", "WRONGTYPE")), missed("WRONGTYPE")),
        (
            failed(status(http_server(), 500), "database"),
            "`error.type` is `database`: it follows the code, `500`".to_owned(),
        ),
    ] {
        assert_problem(&spans(vec![span]), &problem);
    }
}

#[test]
fn kinds_are_those_of_the_operation() {
    for (span, problem) in [
        (
            of_kind(http_server(), SpanKind::Internal),
            "its kind is INTERNAL: a request or call is SERVER or CLIENT",
        ),
        (of_kind(postgresql(), SpanKind::Internal), "its kind is INTERNAL: a PostgreSQL span is CLIENT"),
        (of_kind(redis(), SpanKind::Server), "its kind is SERVER: a Redis span is CLIENT"),
        (
            kafka("process", "process", SpanKind::Client),
            "its kind is CLIENT: a messaging process span is CONSUMER",
        ),
        (
            kafka("poll", "receive", SpanKind::Consumer),
            "its kind is CONSUMER: a messaging receive span is CLIENT",
        ),
        (
            kafka("send", "send", SpanKind::Internal),
            "its kind is INTERNAL: a messaging producer span is PRODUCER or CLIENT",
        ),
        (
            of_kind(named(Span::default(), "reserve"), SpanKind::Server),
            "its kind is SERVER, but it has no attribute of HTTP, RPC, a database or messaging: what happens \
             inside a process is INTERNAL",
        ),
    ] {
        assert_problem(&spans(vec![span]), problem);
    }
}

#[test]
fn strangers_are_named() {
    let unknown = "is neither in the conventions nor declared under `throughline.` in names.rs";
    for (span, key, problem) in [
        (rpc(SpanKind::Server), "user_agent.original", "is no attribute of a gRPC server span".to_owned()),
        (redis(), "db.client.connection.state", "is no attribute of a Redis span".to_owned()),
        (
            http_server(),
            "throughline.colour",
            "is not declared: a name of ours stands in names.rs".to_owned(),
        ),
        (http_server(), "shop.colour", format!("is unknown: it {unknown}")),
        (http_server(), "colour", format!("is unknown: it {unknown}")),
    ] {
        assert_problem(&spans(vec![with(span, text(key, "x"))]), &format!("`{key}` {problem}"));
    }
}

#[test]
fn a_key_stands_once() {
    let mut span = http_server();
    span.attributes.push(text("url.scheme", "https"));
    assert_problem(&spans(vec![span]), "`url.scheme` is there twice: a key has one value");
}

#[test]
fn an_exception_is_no_span_event() {
    let event = Event { name: "exception".to_owned(), ..Event::default() };
    let span = Span { events: vec![event], ..http_server() };
    let problem = "it has a span event `exception`: that is deprecated, an exception is a log record in the \
                   context of the span";
    assert_problem(&spans(vec![span]), problem);
}
