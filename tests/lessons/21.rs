use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;
use throughline::viewer::RecordedSpan;

use crate::{
    customer::Customer,
    files::{list, text, yaml},
    system::System,
};

const COLLECTORS: [&str; 2] = ["otel-collector-config.yaml", "deploy/k8s/observability/gateway.yaml"];
const ORDERS: usize = 3;

fn dimensions(config: &Value) -> Vec<&str> {
    let all = list(config, "/connectors/span_metrics/dimensions");
    all.iter().map(|dimension| text(dimension, "/name")).collect()
}

/// As the connector reads it: the span's attribute, or else its process's.
fn value(span: &RecordedSpan, dimension: &str) -> String {
    let found = span.attribute(dimension).or_else(|| span.resource_attribute(dimension));
    format!("{found:?}")
}

/// So many orders, and as many that are refused: the ids of their traces.
async fn order(customer: &Customer, name: &str) -> Vec<String> {
    let mut traces = Vec::new();
    for number in 0..ORDERS {
        let (id, trace_id) = customer.place(&format!("{name}-{number}"), "TEA-001").await;
        customer.settled(&id).await;
        let refused = customer.order(&format!("{name}-refused-{number}"), "NO-SUCH", 1).await;
        assert_eq!(refused.status(), 422);
        let refused = refused.headers()["x-trace-id"].to_str().unwrap().to_owned();
        traces.extend([trace_id, refused]);
    }
    traces
}

#[tokio::test]
#[ignore = "make lesson-check 21"]
async fn lesson_21_refused_orders_are_told_apart_by_a_bounded_dimension() {
    let configs: Vec<Value> = COLLECTORS.iter().map(|path| yaml(path).swap_remove(0)).collect();
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let first = order(&customer, "first").await;
    let second = order(&customer, "second").await;
    system.stop_services().await;
    let spans = system.viewer.store().spans();
    let chosen = dimensions(&configs[0]);
    told_apart(&spans, &first[0], &first[1], &chosen);
    for dimension in &chosen {
        bounded(&spans, &first, &second, dimension);
    }
    let spread = dimensions(&configs[1]);
    assert!(chosen == spread, "not yet: {} has the dimensions {spread:?}, not {chosen:?}", COLLECTORS[1]);
    for (config, path) in configs.iter().zip(COLLECTORS) {
        let limit = config.pointer("/connectors/span_metrics/aggregation_cardinality_limit");
        let limited = limit.and_then(Value::as_u64).is_some_and(|limit| limit > 0);
        assert!(limited, "not yet: span_metrics of {path} has no aggregation_cardinality_limit any more");
    }
}

/// The gateway's spans of an order and of one that is refused.
fn told_apart(spans: &[Arc<RecordedSpan>], order: &str, refused: &str, dimensions: &[&str]) {
    let series = |trace: &str| -> Option<Vec<String>> {
        let root = spans.iter().find(|span| span.trace_id() == trace && span.parent_span_id().is_none())?;
        Some(dimensions.iter().map(|dimension| value(root, dimension)).collect())
    };
    assert!(
        series(order) != series(refused),
        "not yet: an order that is taken (202) and one that is refused (422) are one series of the gateway, by the \
         dimensions {dimensions:?}"
    );
}

/// The same once more is nothing new.
fn bounded(spans: &[Arc<RecordedSpan>], first: &[String], second: &[String], dimension: &str) {
    let of = |traces: &[String]| -> BTreeSet<String> {
        let own = spans.iter().filter(|span| traces.contains(&span.trace_id()));
        own.map(|span| value(span, dimension)).collect()
    };
    assert!(
        of(second).is_subset(&of(first)),
        "not yet: {ORDERS} more orders bring new values of `{dimension}`: its series grow with the traffic"
    );
}
