use crate::{
    child::{logs, start},
    environment::warned,
    wire_collector::WireCollector,
};

const HTTP: (&str, &str) = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");

#[tokio::test]
async fn a_signals_own_endpoint_and_protocol_win_and_its_path_is_taken_as_it_is() {
    let (general, own) = (WireCollector::start().await, WireCollector::start().await);
    let traces = format!("{}/own/path", own.http());
    let metrics = own.http();
    let variables = [
        HTTP,
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", traces.as_str()),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", metrics.as_str()),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc"),
        // Empty is unset.
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", ""),
    ];
    let base = format!("{}/base/", general.http());
    start("calls", &base, &variables).output().await;
    let paths = |collector: &WireCollector| {
        let mut paths: Vec<_> = collector.requests().into_iter().map(|request| request.path).collect();
        paths.sort();
        paths.dedup();
        paths
    };
    assert_eq!(paths(&general), ["/base/v1/logs"]);
    let metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";
    assert_eq!(paths(&own), [metrics, "/own/path"]);
}

#[tokio::test]
async fn headers_are_decoded_and_a_signals_own_replace_the_general_ones() {
    for protocol in ["grpc", "http/protobuf"] {
        let collector = WireCollector::start().await;
        let variables = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20dXNlcg==, x-share=100%2525"),
            ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-own=yes"),
            // Empty is unset; the SDK takes it for "no headers".
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", ""),
        ];
        start("calls", &collector.http(), &variables).output().await;
        for signal in ["trace", "metrics"] {
            let sent = &collector.of(signal)[0];
            assert_eq!(sent.header("authorization"), Some("Basic dXNlcg=="), "{protocol} {signal}");
            assert_eq!(sent.header("x-share"), Some("100%25"), "{protocol} {signal}");
        }
        let logs = &collector.of("logs")[0];
        assert_eq!((logs.header("x-own"), logs.header("authorization")), (Some("yes"), None));
    }
}

#[tokio::test]
async fn headers_that_make_no_sense_are_named_and_not_shown() {
    let collector = WireCollector::start().await;
    let variables = [("OTEL_EXPORTER_OTLP_HEADERS", "x-good=yes,s3cret")];
    let output = start("shuts down in a task", &collector.http(), &variables).output().await;
    warned(&logs(&output), "OTEL_EXPORTER_OTLP_HEADERS is not key=value pairs");
    assert!(!format!("{output:?}").contains("s3cret"), "{output:#?}");
    assert_eq!(collector.of("trace")[0].header("x-good"), Some("yes"));
}

#[tokio::test]
async fn batches_are_compressed_if_asked_for_by_either_protocol() {
    for (protocol, header) in [("grpc", "grpc-encoding"), ("http/protobuf", "content-encoding")] {
        let collector = WireCollector::start().await;
        let variables = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
            ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "none"),
        ];
        start("calls", &collector.http(), &variables).output().await;
        let traces = &collector.of("trace")[0];
        assert_eq!(traces.header(header), Some("gzip"), "{protocol}");
        // A gRPC message begins with its flag and its length.
        let bytes = if protocol == "grpc" { &traces.body[5..] } else { &traces.body[..] };
        assert_eq!(bytes[..2], [0x1f, 0x8b], "{protocol}: the magic number of gzip");
        assert_eq!(collector.of("logs")[0].header(header), None, "{protocol}");
    }
}

#[tokio::test]
async fn an_export_that_is_not_answered_ends_with_its_timeout_and_the_next_one_begins() {
    for timeout in
        ["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_BSP_EXPORT_TIMEOUT"]
    {
        for protocol in ["grpc", "http/protobuf"] {
            let collector = WireCollector::silent().await;
            let variables = [
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
                ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100"),
                (timeout, "200"),
            ];
            start("ends a thousand spans at once", &collector.http(), &variables).output().await;
            // The default of 10 s is longer than a shutdown waits.
            assert!(collector.of("trace").len() > 1, "{timeout} {protocol}");
        }
    }
}

#[tokio::test]
async fn an_address_without_a_scheme_is_https_unless_it_is_said_to_be_insecure() {
    let collector = WireCollector::start().await;
    let address = collector.address.to_string();
    start("shuts down in a task", &address, &[]).output().await;
    assert!(collector.requests().is_empty());
    let insecure = [("OTEL_EXPORTER_OTLP_INSECURE", "true")];
    start("shuts down in a task", &address, &insecure).output().await;
    assert_eq!(collector.of("trace").len(), 1);
}

#[tokio::test]
async fn values_that_make_no_sense_are_named() {
    let collector = WireCollector::start().await;
    let wrong = [
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "brotli"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "-1"),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json"),
    ];
    let output = start("shuts down in a task", &collector.http(), &wrong).output().await;
    for (name, value) in wrong {
        warned(&logs(&output), &format!("{name}=`{value}` is not "));
    }
    assert_eq!(collector.of("trace").len(), 1);
}
