use serde_json::Value;
use throughline::trace::Span;

use crate::{customer::Customer, order::find, system::System};

const CANCEL: &str = "orders.v1.OrderService/CancelOrder";

/// Asks to cancel an order: what is answered, and in which trace.
async fn cancel(customer: &Customer, id: &str) -> (u16, Value, String) {
    let answer = customer.post(&format!("/api/v1/orders/{id}/cancel")).send().await.unwrap();
    let trace_id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
    (answer.status().as_u16(), answer.json().await.unwrap(), trace_id)
}

#[tokio::test]
#[ignore = "make lesson-check 13"]
async fn lesson_13_cancelling_an_order_needs_one_statement_less() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let (confirmed, _) = customer.place("confirmed", "TEA-001").await;
    customer.settled(&confirmed).await;
    // Nobody settles it meanwhile.
    system.freeze("order-worker");
    let (id, _) = customer.place("cancelled", "TEA-001").await;
    let (status, order, trace_id) = cancel(&customer, &id).await;
    assert!(
        status == 200 && order["status"] == "cancelled" && order["lines"][0]["sku"] == "TEA-001",
        "not yet: cancelling answers {status}, {order}: the order is to come with its new status and all its lines"
    );
    let (status, order, _) = cancel(&customer, &id).await;
    assert!(
        status == 200 && order["status"] == "cancelled",
        "not yet: to cancel an order twice answers {status}, {order}, the second time, and should as the first time"
    );
    let other = Customer::sign_up(&system.gateway).await;
    let (status, ..) = cancel(&other, &id).await;
    assert!(
        status == 404,
        "not yet: somebody else's order is answered with {status}, and should be with 404"
    );
    let (status, ..) = cancel(&customer, &confirmed).await;
    assert!(status == 409, "not yet: to cancel a confirmed order answers {status}, and should answer 409");
    system.thaw("order-worker");
    system.stop_services().await;
    needs_no_second_look(&system.trace(&trace_id));
}

fn needs_no_second_look(spans: &[Span]) {
    let cancel = find(spans, "orders", "SERVER", CANCEL).expect("the gateway asks orders to cancel");
    let below = spans.iter().filter(|span| span.parent.as_ref() == Some(&cancel.span_id));
    let statements: Vec<&str> = below.map(|span| span.role.name.as_str()).collect();
    assert!(
        statements.contains(&"UPDATE orders"),
        "not yet: `UPDATE orders` is not among what cancelling does: {statements:?}"
    );
    assert!(
        !statements.contains(&"SELECT orders"),
        "not yet: cancelling does {statements:?}. `SELECT orders` reads the row that `UPDATE orders` has just written"
    );
}
