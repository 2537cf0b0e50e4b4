//! PostgreSQL's NOTIFY, across the replicas of a service.

use std::time::Duration;

use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};

use crate::Shutdown;

const RECONNECT_AFTER: Duration = Duration::from_millis(500);

/// What a listener is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notification<'a> {
    /// Somebody sent this.
    Sent {
        /// Where.
        channel: &'a str,
        /// What.
        payload: &'a str,
    },
    /// The connection was made, anew perhaps: anything may have been sent before. Whoever waits for a
    /// change has to look for itself now.
    Missed,
}

/// Calls `notified` for every NOTIFY on `channels`, until the stop. On a connection of its own: a pool's
/// would be missing there.
pub async fn listen(
    pool: &PgPool,
    channels: &[&str],
    notified: impl Fn(Notification<'_>),
    shutdown: &Shutdown,
) {
    let options = pool.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    let listen_for_ever = async {
        loop {
            let error = listen_once(&own, channels, &notified).await;
            tracing::warn!(error = %error, ?channels, "not listening for notifications, connecting again");
            tokio::time::sleep(RECONNECT_AFTER).await;
        }
    };
    tokio::select! {
        () = listen_for_ever => {}
        () = shutdown.requested() => {}
    }
}

async fn listen_once(pool: &PgPool, channels: &[&str], notified: &impl Fn(Notification<'_>)) -> sqlx::Error {
    match connect(pool, channels).await {
        Err(error) => error,
        Ok(listener) => {
            notified(Notification::Missed);
            tracing::debug!(?channels, "listening for notifications");
            receive(listener, notified).await
        }
    }
}

async fn connect(pool: &PgPool, channels: &[&str]) -> Result<PgListener, sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen_all(channels.iter().copied()).await?;
    Ok(listener)
}

/// `try_recv` tells that the connection was lost instead of mending it silently: sqlx's listener can keep
/// a dead one.
async fn receive(mut listener: PgListener, notified: &impl Fn(Notification<'_>)) -> sqlx::Error {
    loop {
        match listener.try_recv().await {
            Ok(Some(sent)) => {
                notified(Notification::Sent { channel: sent.channel(), payload: sent.payload() });
            }
            Ok(None) => return sqlx::Error::PoolClosed,
            Err(error) => return error,
        }
    }
}
