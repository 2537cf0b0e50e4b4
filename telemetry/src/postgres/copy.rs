//! `COPY`: one span from the statement to the last byte, in both directions.

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt;
use sqlx::Error;

use crate::{
    Postgres,
    hop::Hop,
    postgres::{error, pool::Held, pool_statement::fail, rows::Produced},
};

impl Postgres {
    /// Streams what `COPY … TO STDOUT` gives, in the pieces in which it comes. The span `summary` ends
    /// with the stream; dropped half-way it was cancelled, and its connection is closed.
    pub fn copy_out(
        &self,
        summary: &'static str,
        statement: &'static str,
    ) -> impl Stream<Item = Result<Bytes, Error>> + Send + Unpin + use<> {
        let mut hop = self.statements.start(summary, statement);
        let pool = self.pool.clone();
        Produced::by(async move |pieces| {
            let mut held = match pool.acquire(&hop).await {
                Ok(held) => Copying { held, ended_well: false },
                Err(error) => return fail(&mut hop, error, &pieces).await,
            };
            let mut out = match held.held.copy_out_raw(statement).await {
                Ok(out) => out,
                Err(error) => return fail(&mut hop, error, &pieces).await,
            };
            while let Some(piece) = out.next().await {
                match piece {
                    Ok(piece) => drop(pieces.send(Ok(piece)).await),
                    Err(error) => return fail(&mut hop, error, &pieces).await,
                }
            }
            drop(out);
            held.ended_well = true;
            hop.finish(error::end(None));
        })
    }

    /// Feeds `pieces` to `COPY … FROM STDIN` and returns how many rows that made. A source that fails
    /// takes the whole copy back.
    ///
    /// # Errors
    /// The server's, or [`Error::Io`] with the source's.
    pub async fn copy_in(
        &self,
        summary: &'static str,
        statement: &'static str,
        pieces: impl Stream<Item = std::io::Result<Bytes>> + Send,
    ) -> Result<u64, Error> {
        let mut hop = self.statements.start(summary, statement);
        let result = self.feed(&hop, statement, pieces).await;
        hop.finish(error::end(result.as_ref().err()));
        result
    }

    async fn feed(
        &self,
        hop: &Hop,
        statement: &'static str,
        pieces: impl Stream<Item = std::io::Result<Bytes>> + Send,
    ) -> Result<u64, Error> {
        let mut held = Copying { held: self.pool.acquire(hop).await?, ended_well: false };
        let mut copy = held.held.copy_in_raw(statement).await?;
        let mut pieces = std::pin::pin!(pieces);
        while let Some(piece) = pieces.next().await {
            match piece {
                Ok(piece) => drop(copy.send(piece).await?),
                Err(error) => {
                    copy.abort("the source failed").await?;
                    return Err(Error::Io(error));
                }
            }
        }
        let rows = copy.finish().await?;
        held.ended_well = true;
        Ok(rows)
    }
}

/// A connection that copies. After a copy that failed or was dropped sqlx 0.9 takes what is still on
/// its way for the answer to the next statement, so such a connection is closed and not used again.
struct Copying {
    held: Held,
    ended_well: bool,
}

impl Drop for Copying {
    fn drop(&mut self) {
        if !self.ended_well {
            self.held.connection.close_on_drop();
        }
    }
}
