use serde_json::Value;
use throughline::trace::Span;

use crate::{
    customer::Customer,
    order::{find, parent},
    system::System,
};

const RPC: &str = "orders.v1.OrderService/CountOrders";

#[tokio::test]
#[ignore = "make lesson-check 9"]
async fn lesson_09_a_customer_s_confirmed_orders_are_counted() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    for (key, sku) in [("one", "TEA-001"), ("two", "RARE-404"), ("three", "TEA-001")] {
        let (id, _) = customer.place(key, sku).await;
        customer.settled(&id).await;
    }
    let answer = customer.get("/api/v1/orders/count").send().await.unwrap();
    let status = answer.status();
    assert!(status == 200, "not yet: GET /api/v1/orders/count is answered with {status}, not with 200");
    let trace_id = answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
    let body = answer.text().await.unwrap();
    let confirmed = serde_json::from_str::<Value>(&body).ok().map(|body| body["confirmed"].clone());
    assert!(
        confirmed == Some(2.into()),
        "not yet: of three orders two were confirmed and one rejected, and the answer is {body}, not {{\"confirmed\":2}}"
    );
    let other = Customer::sign_up(&system.gateway).await;
    let others = other.get("/api/v1/orders/count").send().await.unwrap().text().await.unwrap();
    assert!(
        others.contains(":0"),
        "not yet: a customer without orders is told {others}: other people's are counted"
    );
    system.stop_services().await;
    is_traced(&system.trace(&trace_id));
}

fn is_traced(spans: &[Span]) {
    let chain = [
        ("gateway", "SERVER", "GET /api/v1/orders/count"),
        ("gateway", "CLIENT", RPC),
        ("orders", "SERVER", RPC),
        ("orders", "CLIENT", "SELECT orders"),
    ];
    let mut above: Option<&Span> = None;
    for (service, kind, name) in chain {
        let Some(span) = find(spans, service, kind, name) else {
            panic!("not yet: the trace of the count has no {kind} span `{name}` of {service}");
        };
        let parent = parent(spans, span).map(|parent| &parent.span_id);
        let wanted = above.map(|above| &above.span_id);
        assert!(
            parent == wanted,
            "not yet: the {kind} span `{name}` of {service} is not below the one that caused it"
        );
        above = Some(span);
    }
}
