use telemetry::testing::{Collector, conventions, otlp::common::v1::any_value::Value};

use crate::{customer::Customer, system::System};

const ATTRIBUTE: &str = "throughline.kafka.record.age";
const SPAN: &str = "process orders.placed";

#[tokio::test]
#[ignore = "make lesson-check 16"]
async fn lesson_16_a_span_tells_how_old_its_record_was_in_a_name_of_ours() {
    let collector = Collector::start().await.unwrap();
    let mut system = System::start_with(None, &[("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address())]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, _) = customer.place("key", "TEA-001").await;
    customer.settled(&id).await;
    system.stop_services().await;
    let received = collector.received();
    let span = received.span(SPAN);
    let age = span.attributes.iter().find(|attribute| attribute.key == ATTRIBUTE);
    let Some(age) = age.and_then(|attribute| attribute.value.as_ref()?.value.clone()) else {
        let keys: Vec<&str> = span.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        panic!("not yet: the span `{SPAN}` has no attribute `{ATTRIBUTE}`; it has {keys:?}");
    };
    let Value::DoubleValue(seconds) = age else {
        panic!("not yet: `{ATTRIBUTE}` is {age:?}, and should be a double: only numbers can be compared");
    };
    assert!(
        (0.0..60.0).contains(&seconds),
        "not yet: `{ATTRIBUTE}` is {seconds}. It is in seconds: the record waited for some milliseconds"
    );
    let about = |violation: &conventions::Violation| {
        violation.place.contains(SPAN) || violation.problem.contains(ATTRIBUTE)
    };
    let violations = conventions::check(&received);
    let first = violations.iter().find(|violation| about(violation));
    assert!(
        first.is_none(),
        "not yet: the linter says: {}",
        first.map(ToString::to_string).unwrap_or_default()
    );
}
