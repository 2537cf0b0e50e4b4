//! What a service removes because nobody needs it any more.

use opentelemetry::{
    KeyValue,
    metrics::{Counter, MeterProvider},
};

use crate::{Telemetry, hop::instrumentation_scope, names};

impl Telemetry {
    /// Counts rows that retention removes from `table`: `throughline.retention.deleted_rows`, {row}, with
    /// `db.collection.name`. No convention has a name for it.
    pub fn deleted_rows(&self, table: &'static str) -> DeletedRows {
        let meter = self.inner.meters.meter_with_scope(instrumentation_scope(names::SCOPE_RETENTION));
        let rows = meter
            .u64_counter(names::RETENTION_DELETED_ROWS)
            .with_unit("{row}")
            .with_description("Rows removed because their retention time was over.")
            .build();
        DeletedRows { rows, table: [KeyValue::new(names::DB_COLLECTION_NAME, table)] }
    }
}

/// The counter of one table.
#[derive(Debug, Clone)]
pub struct DeletedRows {
    rows: Counter<u64>,
    table: [KeyValue; 1],
}

impl DeletedRows {
    /// So many more.
    pub fn add(&self, rows: u64) {
        self.rows.add(rows, &self.table);
    }
}
