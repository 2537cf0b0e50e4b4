use telemetry::testing::{Collector, Received};

use crate::child::{log, logs, start};

pub async fn run(variables: &[(&str, &str)]) -> (Received, Vec<serde_json::Value>) {
    let collector = Collector::start().await.unwrap();
    let output = start("calls", collector.address(), variables).output().await;
    (collector.received(), logs(&output))
}

pub fn warned(logs: &[serde_json::Value], text: &str) {
    let warned =
        logs.iter().any(|log| log["level"] == "WARN" && log["message"].as_str().unwrap().starts_with(text));
    assert!(warned, "no warning `{text}` in {logs:#?}");
}

#[tokio::test]
async fn a_disabled_sdk_exports_nothing_and_the_service_works_and_logs() {
    let (received, logs) = run(&[("OTEL_SDK_DISABLED", "true")]).await;
    assert!(received.traces.is_empty() && received.logs.is_empty() && received.metrics.is_empty());
    assert!(log(&logs, "called").get("trace_id").is_none());
}

#[tokio::test]
async fn each_signal_can_be_turned_off() {
    let (received, logs) = run(&[("OTEL_TRACES_EXPORTER", "none")]).await;
    assert!(received.traces.is_empty() && !received.logs.is_empty() && !received.metrics.is_empty());
    assert!(log(&logs, "called")["fields"]["context"].as_str().unwrap().contains("traceparent"));
    let (received, _) = run(&[("OTEL_LOGS_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none")]).await;
    assert!(!received.traces.is_empty() && received.logs.is_empty() && received.metrics.is_empty());
}

#[tokio::test]
async fn the_operators_service_name_wins_over_the_code_and_over_the_attributes() {
    let attributes =
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=a,deployment.environment.name=pre%20prod,team=x%3Dy");
    let (received, _) = run(&[attributes]).await;
    assert_eq!(received.resource("service.name").as_deref(), Some("a"));
    assert_eq!(received.resource("deployment.environment.name").as_deref(), Some("pre prod"));
    assert_eq!(received.resource("team").as_deref(), Some("x=y"));
    let (received, _) = run(&[attributes, ("OTEL_SERVICE_NAME", "b")]).await;
    assert_eq!(received.resource("service.name").as_deref(), Some("b"));
}

#[tokio::test]
async fn attributes_that_make_no_sense_are_left_out_with_a_warning() {
    let (received, logs) = run(&[("OTEL_RESOURCE_ATTRIBUTES", "team=a,nonsense")]).await;
    assert_eq!(received.resource("team"), None);
    assert_eq!(received.resource("service.name").as_deref(), Some("telemetry"));
    warned(&logs, "OTEL_RESOURCE_ATTRIBUTES=`team=a,nonsense` is not");
}

#[tokio::test]
async fn propagators_are_those_that_the_operator_names() {
    let (_, logs) = run(&[("OTEL_PROPAGATORS", "none")]).await;
    assert_eq!(log(&logs, "called")["fields"]["context"], "TraceContext({})");
    let (_, logs) = run(&[("OTEL_PROPAGATORS", "b3, tracecontext")]).await;
    assert!(log(&logs, "called")["fields"]["context"].as_str().unwrap().contains("traceparent"));
    warned(&logs, "OTEL_PROPAGATORS=`b3` is not tracecontext, baggage or none");
}

#[tokio::test]
async fn the_sampler_is_the_one_that_the_operator_names() {
    let (received, logs) = run(&[("OTEL_TRACES_SAMPLER", "always_off")]).await;
    assert!(received.traces.is_empty());
    assert!(log(&logs, "called")["fields"]["context"].as_str().unwrap().ends_with("-00\"})"));
}

#[tokio::test]
async fn words_are_read_in_any_case() {
    let words = [
        ("OTEL_TRACES_EXPORTER", "None"),
        ("OTEL_SDK_DISABLED", "False"),
        ("OTEL_PROPAGATORS", "TraceContext,BAGGAGE"),
    ];
    let (received, logs) = run(&words).await;
    assert!(log(&logs, "called")["fields"]["context"].as_str().unwrap().contains("traceparent"));
    assert!(received.traces.is_empty() && !received.logs.is_empty());
    assert!(logs.iter().all(|log| log["level"] == "INFO"), "{logs:#?}");
}

#[tokio::test]
async fn values_that_make_no_sense_are_named_and_the_defaults_used() {
    let wrong = [
        ("OTEL_SDK_DISABLED", "yes"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier-pigeon"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many"),
        ("OTEL_BSP_SCHEDULE_DELAY", "soon"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("RUST_LOG", "it=loud"),
        ("LOG_FORMAT", "xml"),
    ];
    let (received, logs) = run(&wrong).await;
    assert!(!received.traces.is_empty());
    for (name, value) in wrong {
        let text =
            if name == "RUST_LOG" { "RUST_LOG: ".to_owned() } else { format!("{name}=`{value}` is not ") };
        warned(&logs, &text);
    }
    let protocol = logs.iter().filter(|log| log["message"].as_str().unwrap().contains("carrier-pigeon"));
    assert_eq!(protocol.count(), 1, "what three signals have in common is said once");
}

#[tokio::test]
async fn an_endpoint_that_is_none_is_named_and_the_default_used() {
    // Who listens on the default port of this machine, if anybody, is not this test's business.
    let off = [
        ("OTEL_LOGS_EXPORTER", "none"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_TRACES_SAMPLER", "always_off"),
    ];
    let output = start("returns early from main", "not an address", &off).output().await;
    let logs = logs(&output);
    warned(&logs, "OTEL_EXPORTER_OTLP_ENDPOINT=`https://not an address` is not ");
    let text = format!("{logs:?}");
    assert!(text.contains("TRACES go to http://127.0.0.1:4317"), "{logs:#?}");
    assert!(text.contains("grpc to http://127.0.0.1:4317; queue"), "{logs:#?}");
}
