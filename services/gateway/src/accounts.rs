//! Accounts as callers send them, and what may be done with them. What an address, a name or a password
//! has to be like is the users service's rule; only the shape is checked here.

use std::{fmt, net::IpAddr, slice};

use chassis::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, error::Error, limits, tokens::LIFETIME_SECONDS, users::User};

/// A UUID, version 7, of the users service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct UserId(pub Uuid);

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// In clear text, on its way to users.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub struct Password(pub Secret);

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(Secret::new(text))
    }
}

// Members that we don't know are refused, here and in orders: a caller who is not understood should
// hear it, not find out later what was ignored.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    #[schema(example = "ada@example.com")]
    pub email: String,
    #[schema(example = "Ada")]
    pub name: String,
    #[schema(value_type = String, format = Password, example = "correct horse battery staple")]
    pub password: Password,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[schema(example = "ada@example.com")]
    pub email: String,
    #[schema(value_type = String, format = Password, example = "correct horse battery staple")]
    pub password: Password,
}

/// In the words of OAuth 2.0 (RFC 6749, 5.1), which client libraries know.
#[derive(Serialize, ToSchema)]
pub struct Session {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
}

impl App {
    pub async fn register(&self, address: IpAddr, new: NewAccount) -> Result<User, Error> {
        // Refused registrations count too: each tells whether an address has an account.
        self.cache.admit(&[limits::registrations_from(address)]).await?;
        self.users.register(new).await
    }

    pub async fn sign_in(&self, address: IpAddr, credentials: Credentials) -> Result<Session, Error> {
        let failures = limits::failed_sign_ins(address, &credentials.email);
        // Counted as failed before it is tried: else many guesses at the same time would all find the
        // counter low.
        self.cache.admit(slice::from_ref(&failures)).await?;
        let user = self.users.authenticate(credentials).await;
        if !matches!(user, Err(Error::BadCredentials)) {
            self.cache.give_back(&failures).await;
        }
        let access_token = self.tokens.issue(user?.id)?;
        Ok(Session { access_token, token_type: "Bearer", expires_in: LIFETIME_SECONDS })
    }
}
