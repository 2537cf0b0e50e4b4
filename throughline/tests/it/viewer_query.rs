//! What Jaeger's pages get.

use opentelemetry::{
    Context, KeyValue,
    trace::{SpanKind, TraceContextExt},
};
use serde_json::{Value, json};
use throughline::viewer::Viewer;

use crate::{
    exporting::{Process, linked, named, span_id, trace_id, viewer},
    http_call::get,
};

/// The trace of an order, from four processes.
struct Order {
    viewer: Viewer,
    server: Context,
    produced: Context,
    consumed: Context,
}

async fn order() -> Order {
    let viewer = viewer().await;
    let (gateway, worker) = (Process::of("gateway", "g1"), Process::of("order-worker", "w1"));
    let (first, second) = (Process::of("orders", "o1"), Process::of("orders", "o2"));
    let server = gateway.span(&Context::new(), named("POST /api/v1/orders", SpanKind::Server));
    let called = gateway.span(&server, named("orders.v1.OrderService/PlaceOrder", SpanKind::Client));
    let place = named("orders.v1.OrderService/PlaceOrder", SpanKind::Server);
    let placed = first.span(&called, place.with_attributes([KeyValue::new("rpc.system.name", "grpc")]));
    let produced = second.span(&placed, named("send orders.placed", SpanKind::Producer));
    let to = produced.span().span_context().clone();
    let consumed = worker.span(&produced, linked("process orders.placed", SpanKind::Consumer, to));
    worker.failed(&consumed, named("UPDATE stock", SpanKind::Client), "deadlock detected");
    for process in [&gateway, &first, &second, &worker] {
        process.send_grpc(&viewer, None).await;
    }
    Order { viewer, server, produced, consumed }
}

impl Order {
    async fn ask(&self, path: &str) -> Value {
        let answer = get(format!("http://{}{path}", self.viewer.ui())).await;
        assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
        answer.json()["data"].clone()
    }

    async fn found(&self, query: &str) -> usize {
        self.ask(&format!("/api/traces?{query}")).await.as_array().unwrap().len()
    }

    async fn span(&self, id: &str) -> Value {
        let trace = self.ask(&format!("/api/traces/{}", trace_id(&self.server))).await;
        let spans = trace[0]["spans"].as_array().unwrap();
        spans.iter().find(|span| span["spanID"] == id).unwrap().clone()
    }
}

fn tag<'a>(span: &'a Value, key: &str) -> &'a Value {
    let tags = span["tags"].as_array().unwrap();
    &tags.iter().find(|tag| tag["key"] == key).unwrap_or_else(|| panic!("no tag {key} in {span}"))["value"]
}

#[tokio::test]
async fn every_service_and_its_operations_are_listed() {
    let order = order().await;
    assert_eq!(order.ask("/api/services").await, json!(["gateway", "order-worker", "orders"]));
    assert_eq!(
        order.ask("/api/services/orders/operations").await,
        json!(["orders.v1.OrderService/PlaceOrder", "send orders.placed"])
    );
    assert_eq!(
        order.ask("/api/operations?service=orders&spanKind=producer").await,
        json!([{ "name": "send orders.placed", "spanKind": "producer" }])
    );
}

#[tokio::test]
async fn a_trace_has_parents_links_kinds_and_errors() {
    let order = order().await;
    let consumed = order.span(&span_id(&order.consumed)).await;
    let reference = |kind| json!({ "refType": kind, "traceID": trace_id(&order.server), "spanID": span_id(&order.produced) });
    assert_eq!(consumed["references"], json!([reference("CHILD_OF"), reference("FOLLOWS_FROM")]));
    assert_eq!(tag(&consumed, "span.kind"), "consumer");
    assert_eq!(tag(&consumed, "otel.scope.name"), "test.scope");
    assert_eq!(consumed["warnings"], Value::Null);

    let trace = order.ask(&format!("/api/traces/{}", trace_id(&order.server))).await;
    let spans = trace[0]["spans"].as_array().unwrap();
    let failed = spans.iter().find(|span| span["operationName"] == "UPDATE stock").unwrap();
    assert_eq!(tag(failed, "error"), true);
    assert_eq!(tag(failed, "otel.status_code"), "ERROR");
    assert_eq!(tag(failed, "otel.status_description"), "deadlock detected");
}

#[tokio::test]
async fn two_replicas_of_a_service_are_two_processes() {
    let order = order().await;
    let trace = order.ask(&format!("/api/traces/{}", trace_id(&order.server))).await;
    let processes = trace[0]["processes"].as_object().unwrap();
    let names: Vec<_> = processes.values().map(|process| process["serviceName"].as_str().unwrap()).collect();
    assert_eq!(names.iter().filter(|name| **name == "orders").count(), 2, "{names:?}");
    assert_eq!(names.len(), 4);
}

#[tokio::test]
async fn a_missing_parent_is_a_warning() {
    let viewer = viewer().await;
    let worker = Process::of("order-worker", "w1");
    let elsewhere = Process::of("orders", "o1").span(&Context::new(), named("send", SpanKind::Producer));
    worker.span(&elsewhere, named("process", SpanKind::Consumer));
    worker.send_grpc(&viewer, None).await;
    let answer = get(format!("http://{}/api/traces/{}", viewer.ui(), trace_id(&elsewhere))).await.json();
    let warning = answer["data"][0]["spans"][0]["warnings"][0].as_str().unwrap().to_owned();
    assert!(warning.contains(&span_id(&elsewhere)) && warning.contains("has not arrived"), "{warning}");
}

#[tokio::test]
async fn traces_are_found_by_what_one_of_their_spans_is() {
    let order = order().await;
    assert_eq!(order.found("service=gateway").await, 1);
    assert_eq!(order.found("service=users").await, 0);
    assert_eq!(order.found("service=orders&operation=send%20orders.placed").await, 1);
    // The operation exists, but in another service.
    assert_eq!(order.found("service=gateway&operation=send%20orders.placed").await, 0);
    assert_eq!(order.found("service=order-worker&tags=%7B%22error%22%3A%22true%22%7D").await, 1);
    assert_eq!(order.found("service=gateway&tags=%7B%22error%22%3A%22true%22%7D").await, 0);
    assert_eq!(order.found("service=orders&tag=rpc.system.name:grpc").await, 1);
    assert_eq!(order.found("service=orders&tag=service.instance.id:o2").await, 1);
    assert_eq!(order.found("service=gateway&minDuration=1h").await, 0);
    assert_eq!(order.found("service=gateway&maxDuration=1h").await, 1);
    assert_eq!(order.found("service=gateway&start=0&end=1").await, 0);
    assert_eq!(order.found("service=gateway&lookback=1h").await, 1);
    assert_eq!(order.found(&format!("traceID={}", trace_id(&order.server))).await, 1);
}

#[tokio::test]
async fn the_newest_traces_come_first_and_no_more_than_asked_for() {
    let viewer = viewer().await;
    let gateway = Process::of("gateway", "g1");
    for name in ["first", "second", "third"] {
        gateway.span(&Context::new(), named(name, SpanKind::Server));
    }
    gateway.send_grpc(&viewer, None).await;
    let answer = get(format!("http://{}/api/traces?service=gateway&limit=2", viewer.ui())).await.json();
    let found = answer["data"].as_array().unwrap();
    let names: Vec<_> =
        found.iter().map(|trace| trace["spans"][0]["operationName"].as_str().unwrap()).collect();
    assert_eq!(names, ["third", "second"]);
}

#[tokio::test]
async fn dependencies_are_counted_between_services() {
    let order = order().await;
    let expected = json!([
        { "parent": "gateway", "child": "orders", "callCount": 1 },
        { "parent": "orders", "child": "order-worker", "callCount": 1 },
    ]);
    assert_eq!(order.ask("/api/dependencies").await, expected);
}

#[tokio::test]
async fn bad_questions_get_a_sentence() {
    let viewer = viewer().await;
    let unknown = "0af7651916cd43dd8448eb211c80319c";
    for (path, status, sentence) in [
        (format!("/api/traces/{unknown}"), 404, "trace not found"),
        ("/api/traces/nonsense".into(), 404, "trace not found"),
        ("/api/traces".into(), 400, "'service' is required"),
        ("/api/traces?service=x&limit=many".into(), 400, "'limit' is not a number"),
        ("/api/traces?service=x&minDuration=soon".into(), 400, "not a duration"),
        ("/api/traces?service=x&tags=nonsense".into(), 400, "not a JSON object"),
        ("/api/operations".into(), 400, "'service' is required"),
    ] {
        let answer = get(format!("http://{}{path}", viewer.ui())).await;
        let message = answer.json()["errors"][0]["msg"].as_str().unwrap().to_owned();
        assert!(answer.status == status && message.contains(sentence), "{path}: {} {message}", answer.status);
    }
}

#[tokio::test]
async fn jaegers_pages_are_served_at_every_address_of_theirs() {
    let viewer = viewer().await;
    for path in ["/", "/search", "/trace/0af7651916cd43dd8448eb211c80319c"] {
        let page = get(format!("http://{}{path}", viewer.ui())).await;
        assert_eq!((page.status, page.content_type.as_str()), (200, "text/html; charset=utf-8"), "{path}");
        assert!(String::from_utf8_lossy(&page.body).contains("Jaeger"), "{path}");
    }
    assert_eq!(get(format!("http://{}/static/nonsense.js", viewer.ui())).await.status, 404);
}
