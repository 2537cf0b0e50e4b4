//! A transaction whose beginning and end are spans too.

use sqlx::{Executor, PgConnection};

use crate::postgres::{Statements, pool::InUse, statement::Named};

/// A traced transaction; made by [`Postgres::begin`](crate::Postgres::begin). Dropped without a
/// commit it is rolled back before the connection is used again.
pub struct Transaction {
    inner: sqlx::Transaction<'static, sqlx::Postgres>,
    statements: Statements,
    /// Its end is the return of the connection.
    _in_use: InUse,
}

impl Transaction {
    pub(crate) fn new(
        inner: sqlx::Transaction<'static, sqlx::Postgres>,
        in_use: InUse,
        statements: Statements,
    ) -> Self {
        Self { inner, statements, _in_use: in_use }
    }

    /// As [`Postgres::named`](crate::Postgres::named), inside the transaction.
    pub fn named(&mut self, summary: &'static str) -> impl Executor<'_, Database = sqlx::Postgres> {
        let connection: &mut PgConnection = &mut self.inner;
        Named::new(connection, summary, self.statements.clone())
    }

    /// Makes the transaction's changes last; a span `COMMIT`.
    ///
    /// # Errors
    /// When the server refused (a deferred constraint) or could not be reached: then it is not known
    /// whether the changes last.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        self.statements.run("COMMIT", self.inner.commit()).await
    }

    /// Takes the transaction's changes back; a span `ROLLBACK`.
    ///
    /// # Errors
    /// When the server could not be reached; it rolls back by itself then.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        self.statements.run("ROLLBACK", self.inner.rollback()).await
    }
}
