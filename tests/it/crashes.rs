//! A process is killed between each two steps of an order. Afterwards the order is settled once, its
//! stock is reserved once, and its spans are in one trace.
//!
//! The points are held from outside: a trigger or a lock in the database stops a process exactly where
//! it has to be killed.

use std::time::Duration;

use sqlx::{Connection, PgConnection, PgPool, Postgres, Transaction};
use throughline::{contract, trace::Role};

use crate::{customer::Customer, system::System};

const SKU: &str = "CUP-010";
const IN_STOCK: i64 = 800;
const PATIENCE: Duration = Duration::from_secs(120);

struct Scene {
    system: System,
    customer: Customer,
    orders: PgPool,
    stock: PgPool,
}

impl Scene {
    /// Spans are exported at once: what a killed process had done, its spans tell.
    async fn open() -> Self {
        let system = System::start_with(None, &[("OTEL_BSP_SCHEDULE_DELAY", "20")]).await;
        let customer = Customer::sign_up(&system.gateway).await;
        let orders = PgPool::connect(system.orders.url()).await.unwrap();
        let stock = PgPool::connect(system.stock.url()).await.unwrap();
        Self { system, customer, orders, stock }
    }

    /// Every update of the outbox for which `condition` holds waits until the returned connection closes.
    async fn hold_outbox(&self, condition: &str) -> PgConnection {
        let trigger = format!(
            "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NEW; END';
             CREATE TRIGGER hold BEFORE UPDATE ON outbox FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION hold()"
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(trigger)).execute(&self.orders).await.unwrap();
        let mut holder = PgConnection::connect(self.system.orders.url()).await.unwrap();
        sqlx::query("SELECT pg_advisory_lock(42)").execute(&mut holder).await.unwrap();
        holder
    }

    /// As long as it is held, no order can be settled.
    async fn hold_orders(&self) -> Transaction<'static, Postgres> {
        let mut held = self.orders.begin().await.unwrap();
        sqlx::query("LOCK TABLE orders IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
        held
    }

    async fn until(&self, done: impl AsyncFn() -> bool) {
        let wait = async {
            while !done().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        assert!(waited.is_ok(), "it did not happen:\n{}", self.system.logs());
    }

    /// What a process has not exported when it is killed is gone with it: the spans of what it had done have
    /// to be here first. A caller's span has the same name as that of the service it calls.
    async fn until_span(&self, service: &str, name: &str) {
        let is_it = |role: &Role| role.service == service && role.name == name;
        self.until(async || self.system.spans().iter().any(|span| is_it(&span.role))).await;
    }

    async fn until_settled(&self, id: &str) {
        let sql = "SELECT status = 'confirmed' FROM orders WHERE id = $1::uuid";
        self.until(async || {
            sqlx::query_scalar::<_, bool>(sql).bind(id).fetch_one(&self.orders).await.unwrap()
        })
        .await;
    }

    /// Settled once, reserved once, nothing left to do, one trace.
    async fn assert_once(mut self, trace_id: &str) {
        self.until(async || self.outbox().await == 0).await;
        let sql = "SELECT available FROM stock WHERE sku = $1";
        let available: i64 = sqlx::query_scalar(sql).bind(SKU).fetch_one(&self.stock).await.unwrap();
        let sql = "SELECT count(*) FROM reservations";
        let reservations: i64 = sqlx::query_scalar(sql).fetch_one(&self.stock).await.unwrap();
        assert_eq!((available, reservations), (IN_STOCK - 1, 1));
        self.system.stop_services().await;
        self.assert_whole(trace_id);
    }

    /// A process that is killed takes with it the spans that it had not ended; what it did below them is
    /// there, without a parent. So every promised span is in the trace, if not each below its own parent.
    fn assert_whole(&self, trace_id: &str) {
        let trace = self.system.trace(trace_id);
        let name = |role: &Role| format!("{}: {} [{}]", role.service, role.name, role.kind);
        let there: Vec<String> = trace.iter().map(|span| name(&span.role)).collect();
        for violation in contract::check(&contract::confirmed(), &trace) {
            let Some(edge) = violation.strip_prefix("missing: ") else { continue };
            let promised = edge.split(" below ").next().unwrap().to_owned();
            assert!(there.contains(&promised), "{promised} is nowhere in the trace\n{}", self.system.logs());
        }
        for span in self.system.spans() {
            let travels = ["PRODUCER", "CONSUMER"].contains(&span.role.kind.as_str());
            assert!(!travels || span.trace_id == trace_id, "{span:?}");
        }
    }

    async fn outbox(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(&self.orders).await.unwrap()
    }
}

#[tokio::test]
async fn killed_before_the_event_is_published() {
    let mut scene = Scene::open().await;
    let held = scene.hold_outbox("NEW.sent_at IS NULL").await;
    let (id, trace_id) = scene.customer.place("key", SKU).await;
    scene.system.waiting(&scene.orders, 1..).await;
    scene.until_span("orders", "orders.v1.OrderService/PlaceOrder").await;
    scene.system.kill("orders").await;
    held.close().await.unwrap();
    scene.system.start_again("orders").await;
    scene.until_settled(&id).await;
    scene.assert_once(&trace_id).await;
}

#[tokio::test]
async fn killed_after_the_event_is_published_and_before_it_is_marked() {
    let mut scene = Scene::open().await;
    let held = scene.hold_outbox("NEW.sent_at IS NOT NULL").await;
    // The worker may not settle meanwhile: the row that is marked would be gone.
    let orders = scene.hold_orders_after_placing().await;
    scene.system.waiting(&scene.orders, 1..).await;
    scene.until_span("orders", "send orders.placed").await;
    scene.until_span("orders", "orders.v1.OrderService/PlaceOrder").await;
    scene.system.kill("orders").await;
    drop(orders.lock);
    held.close().await.unwrap();
    scene.system.start_again("orders").await;
    scene.until_settled(&orders.id).await;
    scene.assert_once(&orders.trace_id).await;
}

#[tokio::test]
async fn killed_after_the_reservation_and_before_the_settlement() {
    let mut scene = Scene::open().await;
    let placed = scene.hold_orders_after_placing().await;
    scene.system.waiting(&scene.orders, 1..).await;
    scene.until_span("order-worker", "COMMIT").await;
    scene.system.kill("order-worker").await;
    drop(placed.lock);
    scene.system.start_again("order-worker").await;
    scene.until_settled(&placed.id).await;
    scene.until_span("order-worker", "process orders.placed").await;
    scene.assert_once(&placed.trace_id).await;
}

#[tokio::test]
async fn killed_after_the_settlement_and_before_the_commit_of_the_offset() {
    let mut scene = Scene::open().await;
    let placed = scene.hold_orders_after_placing().await;
    scene.system.waiting(&scene.orders, 1..).await;
    scene.until_span("order-worker", "COMMIT").await;
    // It has asked for the settlement and never learns that it was made.
    scene.system.freeze("order-worker");
    drop(placed.lock);
    scene.until_settled(&placed.id).await;
    scene.system.kill("order-worker").await;
    scene.system.start_again("order-worker").await;
    scene.until_span("order-worker", "process orders.placed").await;
    scene.assert_once(&placed.trace_id).await;
}

/// A placed order that can't be settled as long as the lock is held.
struct Placed {
    id: String,
    trace_id: String,
    lock: Transaction<'static, Postgres>,
}

impl Scene {
    /// The worker is frozen until the lock is there, so it can't be faster.
    async fn hold_orders_after_placing(&self) -> Placed {
        self.system.freeze("order-worker");
        let (id, trace_id) = self.customer.place("key", SKU).await;
        let lock = self.hold_orders().await;
        self.system.thaw("order-worker");
        Placed { id, trace_id, lock }
    }
}
