use telemetry::testing::otlp::{
    common::v1::any_value::Value,
    trace::v1::{Span, span::SpanKind},
};

use super::{
    assert_problem,
    examples::{http_client, http_server, int, kafka, key, postgresql, redis, rpc, spans, text},
    planting::{failed, named, of_kind, with, without},
    problems,
};

#[test]
fn right_spans_are_silent() {
    let batch = with(named(redis(), "MULTI GET"), text("db.operation.name", "MULTI GET"));
    let right = vec![
        http_server(),
        with(http_server(), int("http.response.status_code", 404)),
        failed(with(http_server(), int("http.response.status_code", 503)), "503"),
        failed(http_server(), "body_broke_off"),
        http_client(),
        failed(with(http_client(), int("http.response.status_code", 404)), "404"),
        rpc(SpanKind::Client),
        rpc(SpanKind::Server),
        with(rpc(SpanKind::Server), text("rpc.response.status_code", "NOT_FOUND")),
        failed(with(rpc(SpanKind::Client), text("rpc.response.status_code", "NOT_FOUND")), "NOT_FOUND"),
        postgresql(),
        failed(with(postgresql(), text("db.response.status_code", "23505")), "23505"),
        redis(),
        with(batch, int("db.operation.batch.size", 2)),
        kafka("send", "send", SpanKind::Producer),
        kafka("poll", "receive", SpanKind::Client),
        kafka("process", "process", SpanKind::Consumer),
        kafka("commit", "settle", SpanKind::Client),
        with(kafka("poll", "receive", SpanKind::Client), int("messaging.batch.message_count", 2)),
        of_kind(named(Span::default(), "reserve"), SpanKind::Internal),
        // A field of `#[tracing::instrument]` is the application's own.
        with(of_kind(named(Span::default(), "reserve"), SpanKind::Internal), text("order_id", "42")),
    ];
    assert_eq!(problems(&spans(right)), [""; 0]);
}

#[test]
fn an_unanswered_request_is_right_when_it_was_cancelled() {
    let span = without(http_server(), "http.response.status_code");
    let span = with(span, key("throughline.cancelled", Value::BoolValue(true)));
    assert_eq!(problems(&spans(vec![span])), [""; 0]);
}

#[test]
fn old_names_are_told_with_the_new_ones() {
    for (span, old, new) in [
        (http_server(), "http.method", "http.request.method"),
        (http_server(), "net.peer.name", "server.address"),
        (rpc(SpanKind::Client), "rpc.service", "rpc.method`, which is `package.Service/Method"),
        (postgresql(), "db.statement", "db.query.text"),
        (postgresql(), "db.system", "db.system.name"),
        (
            kafka("send", "send", SpanKind::Producer),
            "messaging.kafka.message.offset",
            "messaging.kafka.offset",
        ),
    ] {
        let problem = format!("`{old}` is deprecated: it is `{new}` now");
        assert_problem(&spans(vec![with(span, text(old, "x"))]), &problem);
    }
    let user = with(postgresql(), text("db.user", "shop"));
    assert_problem(&spans(vec![user]), "`db.user` is deprecated, and nothing takes its place");
}

#[test]
fn types_are_those_of_otlp() {
    for (span, attribute, actual, right) in [
        (http_server(), text("http.response.status_code", "200"), "a string", "an int"),
        (rpc(SpanKind::Server), int("rpc.response.status_code", 0), "an int", "a string"),
        (rpc(SpanKind::Client), text("server.port", "50052"), "a string", "an int"),
        (
            kafka("send", "send", SpanKind::Producer),
            int("messaging.destination.partition.id", 2),
            "an int",
            "a string",
        ),
    ] {
        let problem = format!("`{}` is {actual}, it must be {right}", attribute.key);
        assert_problem(&spans(vec![with(span, attribute)]), &problem);
    }
}

#[test]
fn names_are_templates() {
    for (span, problem) in [
        (
            named(http_server(), "GET /orders/42"),
            "its name must be `GET /orders/{id}` (a raw path makes a name for each caller)",
        ),
        (
            named(without(http_server(), "http.route"), "GET /orders/42"),
            "its name must be `GET` (a raw path makes a name for each caller)",
        ),
        (
            named(with(http_server(), text("http.route", "/orders/42")), "GET /orders/42"),
            "`http.route` is `/orders/42`: a route is a template, not a raw path",
        ),
        (named(http_client(), "GET /orders"), "its name must be `GET`"),
        (named(rpc(SpanKind::Client), "/shop.v1.Orders/Place"), "its name must be `shop.v1.Orders/Place`"),
        (
            named(with(rpc(SpanKind::Client), text("rpc.method", "Place")), "Place"),
            "`rpc.method` is `Place`: it is `package.Service/Method`, or `_OTHER`",
        ),
        (named(postgresql(), "SELECT status FROM orders"), "its name must be `SELECT orders`"),
        (named(redis(), "GET session:42"), "its name must be `GET` or `GET 127.0.0.1`"),
        (named(kafka("send", "send", SpanKind::Producer), "orders send"), "its name must be `send orders`"),
    ] {
        assert_problem(&spans(vec![span]), problem);
    }
}

#[test]
fn a_raw_path_is_seen_even_where_no_name_can_be_composed() {
    let span = named(with(http_server(), text("http.method", "GET")), "GET /orders/42");
    let found = problems(&spans(vec![without(span, "http.request.method")]));
    let raw = "its name has the raw path in it: that makes a name for each caller".to_owned();
    assert!(found.contains(&raw), "{found:?}");
}

#[test]
fn secrets_in_addresses_are_seen() {
    for (span, problem) in [
        (
            with(http_server(), text("url.query", "page=2&sig=abc")),
            "`url.query` shows the value of `sig`: it must be REDACTED",
        ),
        (
            with(http_client(), text("url.full", "http://127.0.0.1/a?X-Amz-Signature=abc")),
            "`url.full` shows the value of `X-Amz-Signature`: it must be REDACTED",
        ),
        (
            with(http_client(), text("url.full", "http://ada:secret@127.0.0.1/")),
            "`url.full` has credentials in it: they must be REDACTED",
        ),
    ] {
        assert_problem(&spans(vec![span]), problem);
    }
    let redacted = "http://REDACTED:REDACTED@127.0.0.1/a?sig=REDACTED&b=@";
    assert_eq!(problems(&spans(vec![with(http_client(), text("url.full", redacted))])), [""; 0]);
}

#[test]
fn required_attributes_are_missed() {
    for (span, key, of) in [
        (http_server(), "url.scheme", "an HTTP server span"),
        (http_client(), "url.full", "an HTTP client span"),
        (rpc(SpanKind::Client), "rpc.response.status_code", "a gRPC client span"),
        (rpc(SpanKind::Server), "rpc.system.name", "a gRPC server span"),
        (postgresql(), "db.system.name", "a database span"),
        (kafka("send", "send", SpanKind::Producer), "messaging.system", "a messaging producer span"),
        (kafka("process", "process", SpanKind::Consumer), "messaging.system", "a messaging process span"),
        (kafka("poll", "receive", SpanKind::Client), "messaging.system", "a messaging receive span"),
        (kafka("commit", "settle", SpanKind::Client), "messaging.system", "a messaging settle span"),
    ] {
        let problem = format!("`{key}` is missing: {of} must have it");
        assert_problem(&spans(vec![without(span, key)]), &problem);
    }
    let unanswered = without(http_server(), "http.response.status_code");
    let problem = "`http.response.status_code` is missing: a request that did not fail was answered";
    assert_problem(&spans(vec![unanswered]), problem);
    let port = without(postgresql(), "server.address");
    assert_problem(
        &spans(vec![with(port, int("server.port", 5433))]),
        "`server.port` stands without `server.address`",
    );
}

#[test]
fn a_batch_does_not_tell_what_is_one_message_s() {
    let batch =
        with(kafka("process", "process", SpanKind::Consumer), int("messaging.batch.message_count", 2));
    for attribute in [int("messaging.kafka.offset", 7), text("messaging.kafka.message.key", "k1")] {
        let problem = format!("`{}` is one message's: a batch does not have it", attribute.key);
        assert_problem(&spans(vec![with(batch.clone(), attribute)]), &problem);
    }
}
