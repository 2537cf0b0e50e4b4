use telemetry::testing::{Collector, body};

use crate::{
    child::{log, logs, start},
    environment::warned,
};

#[tokio::test]
async fn one_line_says_what_is_in_force() {
    let collector = Collector::start().await.unwrap();
    let variables = [
        ("OTEL_SERVICE_NAME", "shop"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "1"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "1000"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "console"),
        ("OTEL_PROPAGATORS", "tracecontext"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "17"),
    ];
    let output = start("shuts down in a task", collector.address(), &variables).output().await;
    let logs = logs(&output);
    let line = log(&logs, "telemetry is set up");
    assert_eq!((&line["level"], &line["target"]), (&"INFO".into(), &"telemetry".into()));
    let said = |field: &str| line["fields"][field].as_str().unwrap().to_owned();
    let traces =
        format!("grpc to {}; queue 1000, batches of 512 every 5s, 30s for each", collector.address());
    assert_eq!(said("traces"), traces);
    assert_eq!(said("metrics"), "none");
    assert_eq!(said("logs"), "console; queue 8192, batches of 512 every 1s, 30s for each");
    assert_eq!(said("sampler"), "parentbased_traceidratio 1");
    assert_eq!(said("propagators"), "traceparent, tracestate");
    assert!(said("limits").contains("17 links"), "{line}");
    let service = format!("shop {}, instance ", env!("CARGO_PKG_VERSION"));
    assert!(said("service").starts_with(&service), "{line}");
}

#[tokio::test]
async fn no_secret_is_said_anywhere() {
    let collector = Collector::start().await.unwrap();
    let endpoint = collector.address().replace("http://", "http://ada:s3cret@");
    let variables = [
        // The clients and the SDK log what they connect to.
        ("RUST_LOG", "trace"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=s3cret,api-key=s3cret"),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://ada:s3cret@ not an address"),
        ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "s3cret"),
        ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/protobuf"),
    ];
    let output = start("calls", &endpoint, &variables).output().await;
    let logs = logs(&output);
    let line = log(&logs, "telemetry is set up");
    warned(&logs, "OTEL_EXPORTER_OTLP_ENDPOINT holds a user or a password, which is not sent");
    let traces = line["fields"]["traces"].as_str().unwrap();
    assert!(
        traces.starts_with(&format!("grpc to {}, authorization=***, api-key=***; ", collector.address())),
        "{line}"
    );
    assert!(!format!("{output:?}").contains("s3cret"), "{output:#?}");
}

#[tokio::test]
async fn the_query_of_an_address_is_not_said() {
    let collector = Collector::start().await.unwrap();
    let query = format!("{}/v1/logs?api-key=s3cret", collector.address());
    let variables =
        [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", &query)];
    let output = start("calls", collector.address(), &variables).output().await;
    let logs = logs(&output);
    let said = &log(&logs, "telemetry is set up")["fields"]["logs"];
    assert!(said.as_str().unwrap().contains("/v1/logs?***; "), "{said}");
    assert!(!format!("{output:?}").contains("s3cret"), "{output:#?}");
    assert!(!collector.received().records().is_empty());
}

#[tokio::test]
async fn the_line_reaches_the_collector_too() {
    let collector = Collector::start().await.unwrap();
    start("calls", collector.address(), &[]).output().await;
    let received = collector.received();
    assert!(received.records().iter().any(|record| body(record) == Some("telemetry is set up")));
}

#[tokio::test]
async fn a_disabled_sdk_is_said() {
    let collector = Collector::start().await.unwrap();
    let output =
        start("shuts down in a task", collector.address(), &[("OTEL_SDK_DISABLED", "true")]).output().await;
    let logs = logs(&output);
    assert_eq!(log(&logs, "telemetry is disabled: OTEL_SDK_DISABLED")["level"], "INFO");
}
