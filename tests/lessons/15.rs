use throughline::contract::{self, check};

use crate::{customer::Customer, system::System};

#[tokio::test]
#[ignore = "make lesson-check 15"]
async fn lesson_15_a_span_that_failed_breaks_the_contract() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (id, _) = customer.place("key", "TEA-001").await;
    customer.settled(&id).await;
    let (_, trace_id) = customer.place("key", "TEA-001").await;
    system.stop_services().await;
    let mut spans = system.trace(&trace_id);
    let (contract, right) = (contract::repeated(), spans.clone());
    let violations = check(&contract, &right);
    assert!(
        violations.is_empty(),
        "not yet: a trace in which everything is right is said to break its contract: {violations:?}"
    );
    // The negative control: the same trace, with one thing wrong.
    let broken = spans.iter_mut().find(|span| span.role.name == "GET" && span.role.service == "orders");
    broken.expect("a repeated order is read from the cache").failed = true;
    let violations = check(&contract, &spans);
    assert!(
        !violations.is_empty(),
        "not yet: `orders: GET [CLIENT]` of a trace is marked as failed, and the contract holds all the same"
    );
    assert!(
        violations.len() == 1 && violations[0].contains("orders: GET [CLIENT]"),
        "not yet: one span failed, `orders: GET [CLIENT]`, and {violations:?} does not say just that"
    );
}
