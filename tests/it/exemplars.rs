//! From a slow bucket to the order that was slow: exemplars carry the trace.

use telemetry::testing::{Collector, conventions};

use crate::{customer::Customer, system::System};

#[tokio::test]
async fn the_duration_of_an_orders_request_names_the_orders_trace() {
    let collector = Collector::start().await.unwrap();
    let mut system = System::start_with(None, &[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address())]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, trace_id) = customer.place("key", "TEA-001").await;
    assert_eq!(customer.settled(&id).await["status"], "confirmed");
    system.stop_services().await;
    let received = collector.received();
    conventions::assert_kept(&received);
    // In each process that the order went through, not in the first alone.
    for duration in [
        "http.server.request.duration",
        "rpc.client.call.duration",
        "rpc.server.call.duration",
        "db.client.operation.duration",
        "messaging.client.operation.duration",
        "messaging.process.duration",
    ] {
        let exemplars = received.exemplars(duration).into_iter();
        let mut traces = exemplars.map(|exemplar| hex(&exemplar.trace_id));
        assert!(traces.any(|trace| trace == trace_id), "no exemplar of {duration} is in {trace_id}");
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
