use telemetry::testing::otlp::{
    common::v1::{AnyValue, any_value::Value},
    logs::v1::LogRecord,
};

use super::{
    assert_problem,
    examples::{int, records, text},
    problems,
};

fn record() -> LogRecord {
    LogRecord {
        severity_number: 9,
        severity_text: "INFO".to_owned(),
        body: Some(AnyValue { value: Some(Value::StringValue("settled".to_owned())) }),
        attributes: vec![text("order_id", "42")],
        trace_id: vec![1; 16],
        span_id: vec![1; 8],
        ..LogRecord::default()
    }
}

fn exception(name: &str, severity_number: i32, severity_text: &str) -> LogRecord {
    LogRecord {
        severity_number,
        severity_text: severity_text.to_owned(),
        event_name: name.to_owned(),
        attributes: vec![text("exception.type", "23505"), text("exception.message", "taken")],
        ..record()
    }
}

#[test]
fn right_records_are_silent() {
    let outside = LogRecord { trace_id: Vec::new(), span_id: Vec::new(), ..record() };
    let fatal = exception("exception", 21, "FATAL");
    let right = vec![
        record(),
        outside.clone(),
        exception("http.server.request.exception", 17, "ERROR"),
        exception("db.client.operation.exception", 13, "WARN"),
        LogRecord { trace_id: Vec::new(), span_id: Vec::new(), ..fatal },
    ];
    assert_eq!(problems(&records(right)), [""; 0]);
}

#[test]
fn a_record_has_severity_body_and_whole_ids() {
    for (record, problem) in [
        (
            LogRecord { severity_text: "ERROR".to_owned(), ..record() },
            "its severity is 9 by number and `ERROR` by text: `INFO` is right",
        ),
        (LogRecord { severity_number: 0, ..record() }, "its severity number is 0: it is between 1 and 24"),
        (LogRecord { body: None, ..record() }, "it has no body and no event name: it says nothing"),
        (
            LogRecord { span_id: Vec::new(), ..record() },
            "it has one of trace id and span id, or a broken one",
        ),
        (
            LogRecord { attributes: vec![int("exception.message", 1)], ..record() },
            "`exception.message` is an int, it must be a string",
        ),
        (
            LogRecord { event_name: "event src/orders.rs:42".to_owned(), ..record() },
            "its event name `event src/orders.rs:42` is no name that anybody chose: leave it out",
        ),
        (
            LogRecord { event_name: "log event".to_owned(), ..record() },
            "its event name `log event` is no name that anybody chose: leave it out",
        ),
        (
            LogRecord { attributes: vec![text("shop.colour", "red")], ..record() },
            "`shop.colour` is unknown: it is neither in the conventions nor declared under `throughline.` in \
             names.rs",
        ),
    ] {
        assert_problem(&records(vec![record]), problem);
    }
}

#[test]
fn an_exception_says_what_happened_in_the_span_that_failed_as_loud_as_it_is() {
    let name = "http.server.request.exception";
    let wordless = LogRecord { attributes: Vec::new(), ..exception(name, 17, "ERROR") };
    let outside = LogRecord { trace_id: Vec::new(), span_id: Vec::new(), ..exception(name, 17, "ERROR") };
    for (record, problem) in [
        (wordless, "it has neither `exception.type` nor `exception.message`: it needs one"),
        (exception(name, 13, "WARN"), "its severity is 13, it must be 17"),
        (outside, "it is outside of every span: it belongs to the one that failed"),
        (
            exception("shop.exception", 17, "ERROR"),
            "the event `shop.exception` is unknown: it is neither in the conventions nor declared",
        ),
    ] {
        assert_problem(&records(vec![record]), problem);
    }
}
