use crate::order::{find, parent, trace_of};

#[tokio::test]
#[ignore = "make lesson-check 1"]
async fn lesson_01_pricing_has_a_span_of_its_own() {
    let spans = trace_of("TEA-001").await;
    let Some(price) = find(&spans, "orders", "INTERNAL", "price") else {
        panic!("not yet: the trace of an order has no span `price` of the service orders");
    };
    let above = parent(&spans, price).map_or("nothing", |parent| parent.role.name.as_str());
    assert!(
        above == "orders.v1.OrderService/PlaceOrder",
        "not yet: the span `price` is below `{above}`, and should be below `orders.v1.OrderService/PlaceOrder`"
    );
}
