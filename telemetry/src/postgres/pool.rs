//! The pool of connections: how many there are, how long one waits for one and keeps it.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Weak},
    time::Instant,
};

use opentelemetry::{
    KeyValue,
    metrics::{AsyncInstrument, Counter, Histogram, Meter, UpDownCounter},
};
use sqlx::{Error, PgConnection, PgPool, Postgres, pool::PoolConnection};

use crate::{hop::Hop, names};

/// A pool whose waits are measured; cheap to clone.
#[derive(Clone)]
pub(crate) struct MeasuredPool {
    pool: Arc<PgPool>,
    name: KeyValue,
    pending: UpDownCounter<i64>,
    timeouts: Counter<u64>,
    wait: Histogram<f64>,
    in_use: Histogram<f64>,
}

impl MeasuredPool {
    pub(crate) fn new(pool: PgPool, name: String, meter: &Meter) -> Self {
        let pool = Arc::new(pool);
        let name = KeyValue::new(names::DB_CLIENT_CONNECTION_POOL_NAME, name);
        observe(meter, &pool, &name);
        let seconds = |metric, description| {
            let histogram = meter.f64_histogram(metric).with_unit("s").with_description(description);
            // The conventions advise none; what is waited for is as fast as an operation.
            histogram.with_boundaries(names::DATABASE_BUCKETS.to_vec()).build()
        };
        let pending = meter.i64_up_down_counter(names::DB_CLIENT_CONNECTION_PENDING_REQUESTS);
        let timeouts = meter.u64_counter(names::DB_CLIENT_CONNECTION_TIMEOUTS);
        Self {
            pool,
            name,
            pending: pending
                .with_unit("{request}")
                .with_description("Number of current pending requests for an open connection.")
                .build(),
            timeouts: timeouts
                .with_unit("{timeout}")
                .with_description("Number of times that no connection could be had in time.")
                .build(),
            wait: seconds(
                names::DB_CLIENT_CONNECTION_WAIT_TIME,
                "Time it took to obtain an open connection from the pool.",
            ),
            in_use: seconds(
                names::DB_CLIENT_CONNECTION_USE_TIME,
                "Time between borrowing a connection and returning it to the pool.",
            ),
        }
    }

    pub(crate) fn inner(&self) -> &PgPool {
        &self.pool
    }

    /// Waits for a free connection; `hop` is what needs it and tells of the wait.
    pub(crate) async fn acquire(&self, hop: &Hop) -> Result<Held, Error> {
        let waiting = Waiting::enter(self);
        let acquired = self.pool.acquire().await;
        drop(waiting.pending);
        match acquired {
            Ok(connection) => {
                let waited = waiting.since.elapsed().as_secs_f64();
                self.wait.record(waited, std::slice::from_ref(&self.name));
                hop.note(KeyValue::new(names::CONNECTION_WAIT_TIME, waited));
                let in_use =
                    InUse { since: Instant::now(), time: self.in_use.clone(), name: self.name.clone() };
                Ok(Held { connection, in_use })
            }
            Err(error) => {
                if matches!(error, Error::PoolTimedOut) {
                    self.timeouts.add(1, std::slice::from_ref(&self.name));
                }
                Err(error)
            }
        }
    }
}

/// What the pool itself knows, asked at each collection. The callbacks cannot be taken back: they hold
/// no pool, and fall silent when it is gone.
fn observe(meter: &Meter, pool: &Arc<PgPool>, name: &KeyValue) {
    let state = |state| [name.clone(), KeyValue::new(names::DB_CLIENT_CONNECTION_STATE, state)];
    let (idle, used) = (state("idle"), state("used"));
    up_down(
        meter,
        pool,
        (names::DB_CLIENT_CONNECTION_COUNT, "Number of connections, by state."),
        move |pool, observer| {
            // Two looks at a pool that works meanwhile.
            let free = pool.num_idle() as i64;
            observer.observe(free, &idle);
            observer.observe((i64::from(pool.size()) - free).max(0), &used);
        },
    );
    let label = [name.clone()];
    up_down(
        meter,
        pool,
        (names::DB_CLIENT_CONNECTION_MAX, "Maximum number of open connections allowed."),
        move |pool, observer| observer.observe(i64::from(pool.options().get_max_connections()), &label),
    );
    let label = [name.clone()];
    up_down(
        meter,
        pool,
        (names::DB_CLIENT_CONNECTION_IDLE_MIN, "Minimum number of connections that are kept open."),
        move |pool, observer| observer.observe(i64::from(pool.options().get_min_connections()), &label),
    );
}

fn up_down(
    meter: &Meter,
    pool: &Arc<PgPool>,
    (name, description): (&'static str, &'static str),
    observe: impl Fn(&PgPool, &dyn AsyncInstrument<i64>) + Send + Sync + 'static,
) {
    let pool: Weak<PgPool> = Arc::downgrade(pool);
    meter
        .i64_observable_up_down_counter(name)
        .with_unit("{connection}")
        .with_description(description)
        .with_callback(move |observer| {
            if let Some(pool) = pool.upgrade() {
                observe(&pool, observer);
            }
        })
        .build();
}

/// One that waits, until it has a connection or gave up.
struct Waiting {
    since: Instant,
    pending: Pending,
}

struct Pending(UpDownCounter<i64>, KeyValue);

impl Waiting {
    fn enter(pool: &MeasuredPool) -> Self {
        pool.pending.add(1, std::slice::from_ref(&pool.name));
        Self { since: Instant::now(), pending: Pending(pool.pending.clone(), pool.name.clone()) }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.0.add(-1, std::slice::from_ref(&self.1));
    }
}

/// A connection on loan.
pub(crate) struct Held {
    pub connection: PoolConnection<Postgres>,
    pub in_use: InUse,
}

impl Deref for Held {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Held {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

/// How long it is on loan.
pub(crate) struct InUse {
    since: Instant,
    time: Histogram<f64>,
    name: KeyValue,
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.time.record(self.since.elapsed().as_secs_f64(), std::slice::from_ref(&self.name));
    }
}
