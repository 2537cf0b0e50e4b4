//! An executor that waits for a connection, and traces the wait and the one statement it runs.

use futures_core::{future::BoxFuture, stream::BoxStream};
use futures_util::StreamExt;
use sqlx::{
    Describe, Either, Execute, Executor, SqlStr,
    postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo},
};

use crate::{
    hop::Hop,
    postgres::{Statements, error, pool::MeasuredPool, rows::Produced, statement::Repackaged},
};

/// A pool and the name of the statement to come.
pub(crate) struct NamedOnPool<'c> {
    pool: &'c MeasuredPool,
    summary: &'static str,
    statements: &'c Statements,
}

impl std::fmt::Debug for NamedOnPool<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("NamedOnPool").field(&self.summary).finish()
    }
}

impl<'c> NamedOnPool<'c> {
    pub(crate) fn new(pool: &'c MeasuredPool, summary: &'static str, statements: &'c Statements) -> Self {
        Self { pool, summary, statements }
    }
}

type Step = Result<Either<PgQueryResult, PgRow>, sqlx::Error>;

impl<'c> Executor<'c> for NamedOnPool<'c> {
    type Database = sqlx::Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Step>
    where
        'c: 'e,
        E: 'q + Execute<'q, sqlx::Postgres>,
    {
        let (query, text) = Repackaged::of(query);
        let mut hop = self.statements.start(self.summary, &text);
        let pool = self.pool.clone();
        Produced::by(async move |steps| {
            let mut held = match pool.acquire(&hop).await {
                Ok(held) => held,
                Err(error) => return fail(&mut hop, error, &steps).await,
            };
            let mut rows = held.fetch_many(query);
            while let Some(step) = rows.next().await {
                match step {
                    Ok(step) => drop(steps.send(Ok(step)).await),
                    Err(error) => return fail(&mut hop, error, &steps).await,
                }
            }
            hop.finish(error::end(None));
        })
        .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, sqlx::Postgres>,
    {
        let (query, text) = Repackaged::of(query);
        Box::pin(async move {
            let mut hop = self.statements.start(self.summary, &text);
            let result = match self.pool.acquire(&hop).await {
                Ok(mut held) => held.fetch_optional(query).await,
                Err(error) => Err(error),
            };
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
            let result = match self.pool.acquire(&hop).await {
                Ok(mut held) => held.prepare_with(sql, parameters).await,
                Err(error) => Err(error),
            };
            hop.finish(error::end(result.as_ref().err()));
            result
        })
    }

    /// For sqlx's own macros, at compile time: nothing to trace.
    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<sqlx::Postgres>, sqlx::Error>>
    where
        'c: 'e,
    {
        self.pool.inner().describe(sql)
    }
}

pub(crate) async fn fail<T>(
    hop: &mut Hop,
    error: sqlx::Error,
    items: &tokio::sync::mpsc::Sender<Result<T, sqlx::Error>>,
) {
    hop.finish(error::end(Some(&error)));
    // The reader may have gone.
    let _ = items.send(Err(error)).await;
}
