use sqlx::PgPool;
use throughline::trace::Span;

use crate::{customer::Customer, order::find, system::System};

const LIST: &str = "orders.v1.OrderService/ListProducts";
const PLACE: &str = "orders.v1.OrderService/PlaceOrder";
const AT_MOST_US: u64 = 1_100_000;

#[tokio::test]
#[ignore = "make lesson-check 12"]
async fn lesson_12_the_catalogue_has_a_deadline_of_its_own() {
    let mut system = System::start().await;
    let customer = Customer::sign_up(&system.gateway).await;
    let orders = PgPool::connect(system.orders.url()).await.unwrap();
    let mut held = orders.begin().await.unwrap();
    sqlx::query("LOCK TABLE products IN ACCESS EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    // Both need the table that is locked, so each is answered when its deadline is over.
    let list = customer.get("/api/v1/products").send();
    let (listed, placed) = tokio::join!(list, customer.order("key", "TEA-001", 1));
    let listed = listed.unwrap();
    assert_eq!((listed.status().as_u16(), placed.status().as_u16()), (504, 504));
    let trace_of = |answer: &reqwest::Response| answer.headers()["x-trace-id"].to_str().unwrap().to_owned();
    let (listed, placed) = (trace_of(&listed), trace_of(&placed));
    held.rollback().await.unwrap();
    let again = customer.get("/api/v1/products").send().await.unwrap().status();
    assert!(
        again == 200,
        "not yet: with the table free the catalogue is answered with {again}, not with 200"
    );
    system.stop_services().await;
    is_given_up_in_time(&system.trace(&listed), &system.trace(&placed));
}

fn is_given_up_in_time(listed: &[Span], placed: &[Span]) {
    let call = find(listed, "gateway", "CLIENT", LIST).expect("the gateway asks for the catalogue");
    assert!(
        call.duration_us <= AT_MOST_US,
        "not yet: where the catalogue does not come, the gateway waits {} ms for it. A second is enough",
        call.duration_us / 1000
    );
    let status = call.status.as_deref().unwrap_or("nothing");
    assert!(
        status == "DEADLINE_EXCEEDED",
        "not yet: the call of the catalogue ends with {status}, and not with DEADLINE_EXCEEDED: a timer around \
         the call cancels it, a deadline of the request travels with it"
    );
    let answer = find(listed, "orders", "SERVER", LIST).expect("orders is asked");
    let status = answer.status.as_deref().unwrap_or("nothing");
    assert!(
        status == "DEADLINE_EXCEEDED",
        "not yet: orders ends its part with {status}, and not with DEADLINE_EXCEEDED: it was not told how long \
         the gateway waits"
    );
    let call = find(placed, "gateway", "CLIENT", PLACE).expect("the gateway places the order");
    assert!(
        call.duration_us > 2_000_000,
        "not yet: placing an order is given up after {} ms: the catalogue alone gets less time",
        call.duration_us / 1000
    );
}
