//! Who sends a request. Counting is part of finding out: a handler that takes one of these can't forget it.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, header, request::Parts},
};

use crate::{App, accounts::UserId, checkout::IdempotencyKey, error::Error, limits};

const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Anybody, known by address only.
pub struct Visitor {
    pub address: IpAddr,
}

/// Somebody with a token of ours.
pub struct SignedIn(pub UserId);

impl FromRequestParts<App> for Visitor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let address = address(parts)?;
        app.cache.admit(&[limits::requests_from(address)]).await?;
        Ok(Self { address })
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let user = bearer(&parts.headers).and_then(|token| app.tokens.verify(token));
        let mut counted = vec![limits::requests_from(address(parts)?)];
        counted.extend(user.as_ref().ok().map(|user| limits::requests_of(*user)));
        // Before a bad token is refused: guessing counts too.
        app.cache.admit(&counted).await?;
        user.map(Self)
    }
}

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Error> {
        Self::parse(single(&parts.headers, IDEMPOTENCY_KEY)?)
    }
}

/// The other end of the socket. `X-Forwarded-For` is not read: its value is whatever the caller writes
/// there, and everybody could have a new address for each request. Behind a proxy of your own, take the
/// last entry of that header, and only from connections of that proxy; without that all its callers
/// share one limit.
fn address(parts: &Parts) -> Result<IpAddr, Error> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map(|ConnectInfo(peer)| peer.ip()).ok_or_else(|| Error::internal("a request without a peer"))
}

fn bearer(headers: &HeaderMap) -> Result<&str, Error> {
    let value = single(headers, header::AUTHORIZATION.as_str())?.ok_or(Error::NotSignedIn)?;
    let (scheme, token) = value.split_once(' ').ok_or(Error::NotSignedIn)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(Error::NotSignedIn) }
}

/// A header sent twice has no meaning, and proxies disagree about which of the two counts.
pub fn single<'a>(headers: &'a HeaderMap, name: &'static str) -> Result<Option<&'a str>, Error> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    match (value.to_str(), values.next()) {
        (Ok(text), None) => Ok(Some(text)),
        _ => Err(Error::BadHeader { name }),
    }
}
