use telemetry::testing::{
    Collector, Received,
    otlp::metrics::v1::{Metric, metric::Data},
    text,
};

use crate::{customer::Customer, system::System};

const POLL: &str = "poll orders.placed";
const DURATION: &str = "messaging.client.operation.duration";

#[tokio::test]
#[ignore = "make lesson-check 17"]
async fn lesson_17_what_nobody_looks_at_is_measured_and_not_traced() {
    let collector = Collector::start().await.unwrap();
    let mut system = System::start_with(None, &[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address())]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, _) = customer.place("key", "TEA-001").await;
    customer.settled(&id).await;
    system.stop_services().await;
    let received = collector.received();
    only_polls_are_gone(&received);
    assert!(
        polls_are_measured(&received),
        "not yet: `{DURATION}` says nothing of `poll` any more: the figure stays, the span goes"
    );
}

fn only_polls_are_gone(received: &Received) {
    let spans = received.spans();
    let polls = spans.iter().filter(|span| span.name == POLL).count();
    assert!(
        polls == 0,
        "not yet: the worker has made {polls} spans `{POLL}`, each a trace of its own: nobody looks at them"
    );
    let named = |name: &str| spans.iter().find(|span| span.name == name);
    let (Some(send), Some(process)) = (named("send orders.placed"), named("process orders.placed")) else {
        panic!("not yet: the order's own spans `send` and `process` are gone too: only the polls are to go");
    };
    assert!(
        process.parent_span_id == send.span_id,
        "not yet: `process orders.placed` is not below `send orders.placed` any more"
    );
    assert!(
        named("SELECT stock").is_some() && named("commit orders.placed").is_some(),
        "not yet: what the worker does with a message has no spans any more: only the polls are to go"
    );
}

fn polls_are_measured(received: &Received) -> bool {
    let of_polls = |metric: &Metric| match &metric.data {
        Some(Data::Histogram(histogram)) => {
            let mut points = histogram.data_points.iter();
            points.any(|point| {
                text(&point.attributes, "messaging.operation.name").as_deref() == Some("poll")
                    && point.count > 0
            })
        }
        _ => false,
    };
    received.exported_metrics().any(|metric| metric.item.name == DURATION && of_polls(metric.item))
}
