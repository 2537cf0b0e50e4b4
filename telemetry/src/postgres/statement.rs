//! An executor that traces the one statement it runs.

use std::{
    pin::Pin,
    task::{Context as Task, Poll, ready},
};

use futures_core::{Stream, future::BoxFuture, stream::BoxStream};
use sqlx::{
    Database, Describe, Either, Execute, Executor, SqlStr,
    error::BoxDynError,
    postgres::{PgArguments, PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};

use crate::{
    hop::Hop,
    postgres::{Statements, error},
};

/// An executor and the name of the statement to come.
#[derive(Debug)]
pub(crate) struct Named<E> {
    executor: E,
    summary: &'static str,
    statements: Statements,
}

impl<E> Named<E> {
    pub(crate) fn new(executor: E, summary: &'static str, statements: Statements) -> Self {
        Self { executor, summary, statements }
    }
}

impl<'c, C> Executor<'c> for Named<C>
where
    C: Executor<'c, Database = sqlx::Postgres> + 'c,
{
    type Database = sqlx::Postgres;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, sqlx::Postgres>,
    {
        let (query, text) = Repackaged::of(query);
        let hop = self.statements.start(self.summary, &text);
        Box::pin(Traced { rows: self.executor.fetch_many(query), hop })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, sqlx::Postgres>,
    {
        let (query, text) = Repackaged::of(query);
        Box::pin(async move {
            let mut hop = self.statements.start(self.summary, &text);
            let result = self.executor.fetch_optional(query).await;
            hop.finish(error::end(result.as_ref().err()));
            result
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            let mut hop = self.statements.start(self.summary, sql.as_str());
            let result = self.executor.prepare_with(sql, parameters).await;
            hop.finish(error::end(result.as_ref().err()));
            result
        })
    }

    /// For sqlx's own macros, at compile time: nothing to trace.
    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<sqlx::Postgres>, sqlx::Error>>
    where
        'c: 'e,
    {
        self.executor.describe(sql)
    }
}

/// A query taken apart, because sqlx gives its text only to those who consume it.
pub(crate) struct Repackaged {
    sql: SqlStr,
    statement: Option<PgStatement>,
    arguments: Result<Option<PgArguments>, BoxDynError>,
    persistent: bool,
}

impl Repackaged {
    pub(crate) fn of<'q>(mut query: impl Execute<'q, sqlx::Postgres>) -> (Self, String) {
        let arguments = query.take_arguments();
        let persistent = query.persistent();
        let statement = query.statement().cloned();
        let sql = query.sql();
        let text = sql.as_str().to_owned();
        (Self { sql, statement, arguments, persistent }, text)
    }
}

impl Execute<'_, sqlx::Postgres> for Repackaged {
    fn sql(self) -> SqlStr {
        self.sql
    }

    fn statement(&self) -> Option<&<sqlx::Postgres as Database>::Statement> {
        self.statement.as_ref()
    }

    fn take_arguments(&mut self) -> Result<Option<PgArguments>, BoxDynError> {
        std::mem::replace(&mut self.arguments, Ok(None))
    }

    fn persistent(&self) -> bool {
        self.persistent
    }
}

/// The rows of a statement; its span ends with the last of them.
struct Traced<'e> {
    rows: BoxStream<'e, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>,
    hop: Hop,
}

impl Stream for Traced<'_> {
    type Item = Result<Either<PgQueryResult, PgRow>, sqlx::Error>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Self::Item>> {
        let step = ready!(self.rows.as_mut().poll_next(task));
        match &step {
            Some(Ok(_)) => {}
            Some(Err(error)) => self.hop.finish(error::end(Some(error))),
            None => self.hop.finish(error::end(None)),
        }
        Poll::Ready(step)
    }
}
