//! Everything that the services emit keeps the semantic conventions: spans, metrics, log records,
//! resources, of what goes right and of what goes wrong.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use telemetry::testing::{Collector, Received, conventions};

use crate::{customer::Customer, system::System};

/// Only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn what_the_services_emit_keeps_the_semantic_conventions() {
    let collector = Collector::start().await.unwrap();
    let settings =
        [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address()), ("OTEL_METRIC_EXPORT_INTERVAL", "500")];
    let mut system = System::start_with(None, &settings).await;
    let customer = Customer::sign_up(&system.gateway).await;
    use_everything(&system, &customer).await;
    // Each order has come to its end, and metrics were exported while everything ran, not only at the stop.
    let ended = collector.wait_for(|all| processed(all) == 3 && !all.metrics.is_empty());
    tokio::time::timeout(PATIENCE, ended).await.unwrap();
    system.stop_services().await;
    let received = collector.received();
    assert_everything_was_seen(&received);
    conventions::assert_kept(&received);
}

/// Each operation of the API at least once, and each outcome of an order.
async fn use_everything(system: &System, customer: &Customer) {
    let (confirmed, _) = customer.place("confirmed", "TEA-001").await;
    let (rejected, _) = customer.place("rejected", "RARE-404").await;
    assert_eq!(customer.settled(&confirmed).await["status"], "confirmed");
    assert_eq!(customer.settled(&rejected).await["status"], "rejected");
    let (same, _) = customer.place("confirmed", "TEA-001").await;
    assert_eq!(same, confirmed);
    watch_one_being_cancelled(system, customer).await;

    for (path, status) in [
        ("/api/v1/orders?page_size=2", 200),
        ("/api/v1/products", 200),
        ("/api/v1/users/me", 200),
        ("/api/v1/orders/00000000-0000-7000-8000-000000000000", 404),
        ("/nowhere/42", 404),
    ] {
        assert_eq!(customer.get(path).send().await.unwrap().status(), status, "{path}");
    }
    let credentials = json!({ "email": customer.email, "password": "wrong password" });
    let sessions = customer.post("/api/v1/sessions").json(&credentials);
    assert_eq!(sessions.send().await.unwrap().status(), 401);
}

/// While the worker stands still; afterwards it finds an order that nobody wants any more.
async fn watch_one_being_cancelled(system: &System, customer: &Customer) {
    system.freeze("order-worker");
    let (id, _) = customer.place("cancelled", "TEA-001").await;
    let events = customer.get(&format!("/api/v1/orders/{id}/events")).send().await.unwrap();
    let cancelled = customer.post(&format!("/api/v1/orders/{id}/cancel")).send().await.unwrap();
    assert_eq!(cancelled.json::<Value>().await.unwrap()["status"], "cancelled");
    assert!(events.text().await.unwrap().contains("cancelled"));
    system.thaw("order-worker");
}

fn processed(received: &Received) -> usize {
    received.spans().iter().filter(|span| span.name == "process orders.placed").count()
}

fn services(received: &Received) -> BTreeSet<String> {
    let resources = received.exported_spans().filter_map(|span| span.resource);
    resources.filter_map(|resource| telemetry::testing::text(&resource.attributes, "service.name")).collect()
}

/// A linter that sees nothing finds nothing.
fn assert_everything_was_seen(received: &Received) {
    let all = ["gateway", "order-worker", "orders", "users"].map(str::to_owned);
    assert_eq!(services(received), BTreeSet::from(all));
    let scopes: BTreeSet<_> =
        received.exported_spans().filter_map(|span| span.scope).map(|scope| scope.name.as_str()).collect();
    for hop in [
        "http.server",
        "grpc.server",
        "grpc.client",
        "postgresql",
        "redis",
        "kafka.producer",
        "kafka.consumer",
    ] {
        assert!(scopes.contains(format!("throughline.{hop}").as_str()), "no span of {hop} in {scopes:?}");
    }
    assert!(!received.records().is_empty());
    let metrics: BTreeSet<_> = received.metric_names().into_iter().collect();
    for metric in [
        "http.server.request.duration",
        "rpc.server.call.duration",
        "messaging.process.duration",
        "messaging.client.consumed.messages",
        "throughline.outbox.rows",
        "throughline.outbox.oldest_row.age",
    ] {
        assert!(metrics.contains(metric), "no {metric} in {metrics:?}");
    }
}
