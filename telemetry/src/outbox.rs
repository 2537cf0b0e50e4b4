//! How much waits in an outbox, and for how long.

use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use opentelemetry::{
    KeyValue,
    metrics::{AsyncInstrument, MeterProvider},
};

use crate::{Telemetry, hop::instrumentation_scope, names};

impl Telemetry {
    /// Tells how full the outbox `table` is: the gauges `throughline.outbox.rows`, {row}, and
    /// `throughline.outbox.oldest_row.age`, s (0 while it is empty), with `db.collection.name`. No
    /// convention has a name for them.
    ///
    /// The outbox is the database's: replicas that measure it tell one number each, so take the largest
    /// and not the sum. Before the first measurement, and after one that failed, nothing is told.
    pub fn outbox(&self, table: &'static str) -> OutboxSize {
        let meter = self.inner.meters.meter_with_scope(instrumentation_scope(names::SCOPE_OUTBOX));
        let measured = Arc::default();
        let rows = watch(&measured, table, |rows, _, observer, table| observer.observe(rows, table));
        meter
            .u64_observable_gauge(names::OUTBOX_ROWS)
            .with_unit("{row}")
            .with_description("Rows of the outbox.")
            .with_callback(rows)
            .build();
        let age =
            watch(&measured, table, |_, age, observer, table| observer.observe(age.as_secs_f64(), table));
        meter
            .f64_observable_gauge(names::OUTBOX_OLDEST_ROW_AGE)
            .with_unit("s")
            .with_description("Time since the oldest row of the outbox was written.")
            .with_callback(age)
            .build();
        OutboxSize { measured }
    }
}

type Measured = Mutex<Option<(u64, Duration)>>;
type Observer<'a, T> = &'a dyn AsyncInstrument<T>;

/// What is asked at each collection. It can't be taken back, and falls silent when the handle is gone.
fn watch<T>(
    measured: &Arc<Measured>,
    table: &'static str,
    tell: fn(u64, Duration, Observer<'_, T>, &[KeyValue]),
) -> impl Fn(Observer<'_, T>) + Send + Sync + use<T> {
    let measured: Weak<Measured> = Arc::downgrade(measured);
    let table = [KeyValue::new(names::DB_COLLECTION_NAME, table)];
    move |observer| {
        let Some(measured) = measured.upgrade() else { return };
        let last = *measured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((rows, age)) = last {
            tell(rows, age, observer, &table);
        }
    }
}

/// What was measured last of one outbox.
#[derive(Debug, Clone)]
pub struct OutboxSize {
    measured: Arc<Measured>,
}

impl OutboxSize {
    /// So many rows, the oldest of them so old; zero when there is none.
    pub fn set(&self, rows: u64, oldest: Duration) {
        self.change(Some((rows, oldest)));
    }

    /// It could not be measured: what is not known is not told.
    pub fn forget(&self) {
        self.change(None);
    }

    fn change(&self, measured: Option<(u64, Duration)>) {
        *self.measured.lock().unwrap_or_else(PoisonError::into_inner) = measured;
    }
}
