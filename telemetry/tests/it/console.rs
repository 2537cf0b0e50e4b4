use serde_json::{Value, json};

use telemetry::testing::Collector;

use crate::child::{logs, start};

async fn lines_of(signal: &str) -> Vec<Value> {
    let collector = Collector::start().await.unwrap();
    let variable = format!("OTEL_{signal}_EXPORTER");
    let output = start("calls", collector.address(), &[(&variable, "console")]).output().await;
    let received = collector.received();
    let counts = [received.traces.len(), received.metrics.len(), received.logs.len()];
    assert_eq!(
        counts.iter().filter(|count| **count == 0).count(),
        1,
        "the other two are exported: {counts:?}"
    );
    logs(&output).into_iter().filter(|line| line.get("signal").is_some()).collect()
}

#[tokio::test]
async fn spans_are_lines_of_json() {
    let collector = Collector::start().await.unwrap();
    let output = start("logs", collector.address(), &[("OTEL_TRACES_EXPORTER", "console")]).output().await;
    let lines = logs(&output);
    let find = |name| lines.iter().find(|line| line["name"] == name).unwrap();
    let (request, inner) = (find("request"), find("instrumented"));
    assert_eq!((&request["signal"], &request["kind"]), (&json!("span"), &json!("INTERNAL")));
    assert_eq!((&request["parent_span_id"], &request["status"]), (&Value::Null, &json!("UNSET")));
    assert_eq!((&inner["trace_id"], &inner["parent_span_id"]), (&request["trace_id"], &request["span_id"]));

    let calls = lines_of("TRACES").await;
    let call = calls.iter().find(|line| line["name"] == "test.v1.Greeter/Greet").unwrap();
    assert_eq!((&call["kind"], &call["status"]), (&json!("CLIENT"), &json!("ERROR")));
    assert_eq!(
        (&call["scope"], &call["attributes"]["server.port"]),
        (&json!("throughline.grpc.client"), &json!(1))
    );
    assert!(call["duration_ms"].as_f64().unwrap() > 0.0, "{call}");
}

#[tokio::test]
async fn metrics_are_lines_of_json() {
    let lines = lines_of("METRICS").await;
    let duration = lines.iter().find(|line| line["name"] == "rpc.client.call.duration").unwrap();
    assert_eq!(
        (&duration["signal"], &duration["unit"], &duration["type"]),
        (&json!("metric"), &json!("s"), &json!("histogram"))
    );
    let point = &duration["points"][0];
    assert_eq!(
        (&point["count"], &point["attributes"]["rpc.method"]),
        (&json!(1), &json!("test.v1.Greeter/Greet"))
    );
    assert_eq!(
        point["bounds"].as_array().unwrap().len() + 1,
        point["bucket_counts"].as_array().unwrap().len()
    );
}

#[tokio::test]
async fn log_records_are_lines_of_json_besides_the_log_lines() {
    let lines = lines_of("LOGS").await;
    let called = lines.iter().find(|line| line["body"] == "called").unwrap();
    assert_eq!((&called["signal"], &called["severity"]), (&json!("log"), &json!("INFO")));
    assert!(called["event_name"].is_null(), "nobody named it: {called}");
    assert!(called["attributes"]["context"].as_str().unwrap().starts_with("TraceContext("), "{called}");
}
