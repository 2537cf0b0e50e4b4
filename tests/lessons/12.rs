use std::{sync::Arc, time::Duration};

use sqlx::PgPool;
use throughline::{
    trace::Span,
    viewer::{RecordedSpan, Store},
};

use crate::{customer::Customer, order::find, system::System};

const LIST: &str = "orders.v1.OrderService/ListProducts";
const PLACE: &str = "orders.v1.OrderService/PlaceOrder";
const AT_MOST_US: u64 = 1_100_000;
/// Much longer than the longest deadline.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
#[ignore = "make lesson-check 12"]
async fn lesson_12_the_catalogue_has_a_deadline_of_its_own() {
    let mut system = System::start_with(None, &[("OTEL_BSP_SCHEDULE_DELAY", "20")]).await;
    let customer = Customer::sign_up(&system.gateway).await;
    let orders = PgPool::connect(system.orders.url()).await.unwrap();
    let mut held = orders.begin().await.unwrap();
    sqlx::query("LOCK TABLE products IN ACCESS EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let told = end_without_gateway(&system, &customer, &orders).await;
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
    let told = told.as_deref().unwrap_or("nothing");
    assert!(
        told == "DEADLINE_EXCEEDED",
        "not yet: orders ends its part with {told}, and not with DEADLINE_EXCEEDED: it was not told how long \
         the gateway waits"
    );
}

/// How orders ends its part of a call while the gateway stands still: only what it was told can end it.
async fn end_without_gateway(system: &System, customer: &Customer, orders: &PgPool) -> Option<String> {
    let told = |store: &Store| {
        let spans = store.spans();
        let is_it = |span: &&Arc<RecordedSpan>| {
            (span.service(), span.kind().name(), span.name()) == ("orders", "server", LIST)
        };
        spans.iter().find(is_it).map(|span| span.text("error.type").map(str::to_owned))
    };
    let end = async {
        system.waiting(orders, 1..).await;
        system.freeze("gateway");
        let end = tokio::time::timeout(PATIENCE, system.viewer.store().wait_for(told)).await;
        system.thaw("gateway");
        end
    };
    let (listed, end) = tokio::join!(customer.get("/api/v1/products").send(), end);
    listed.unwrap();
    end.ok()?
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
    let call = find(placed, "gateway", "CLIENT", PLACE).expect("the gateway places the order");
    assert!(
        call.duration_us > 2_000_000,
        "not yet: placing an order is given up after {} ms: the catalogue alone gets less time",
        call.duration_us / 1000
    );
}
