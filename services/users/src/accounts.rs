//! The rules of accounts, and the use cases. A value of these types keeps its rule: it was parsed.

use std::fmt;

use chassis::Secret;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{App, error::Error};

const EMAIL_MAX_BYTES: usize = 254;
const NAME_MAX_CHARS: usize = 100;
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 8..=128;

/// A UUIDv7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserId(pub Uuid);

impl UserId {
    pub fn parse(text: &str) -> Result<Self, Error> {
        text.parse().map(Self).map_err(|_| Error::invalid("id", "must be a UUID"))
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// In lower case, with something on both sides of its last `@`. Whether anybody reads mail there only
/// a mail can tell.
#[derive(Debug, Clone)]
pub struct Email(pub String);

impl Email {
    pub fn parse(text: &str) -> Result<Self, Error> {
        let email = text.trim().to_lowercase();
        let parts =
            email.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let clean = !email.chars().any(|c| c.is_whitespace() || c.is_control());
        if parts && clean && email.len() <= EMAIL_MAX_BYTES {
            return Ok(Self(email));
        }
        Err(Error::invalid("email", "must be an address like name@example.com, at most 254 bytes"))
    }
}

/// What to call somebody.
#[derive(Debug, Clone)]
pub struct Name(pub String);

impl Name {
    pub fn parse(text: &str) -> Result<Self, Error> {
        let name = text.trim();
        if name.is_empty() || name.chars().count() > NAME_MAX_CHARS || name.chars().any(char::is_control) {
            return Err(Error::invalid(
                "name",
                "must have 1 to 100 characters, none of them control characters",
            ));
        }
        Ok(Self(name.to_owned()))
    }
}

/// A new password in clear text, on its way to being hashed.
#[derive(Debug, Clone)]
pub struct Password(pub Secret);

impl Password {
    pub fn parse(text: String) -> Result<Self, Error> {
        if PASSWORD_CHARS.contains(&text.chars().count()) {
            return Ok(Self(Secret::new(text)));
        }
        Err(Error::invalid("password", "must have 8 to 128 characters"))
    }
}

pub struct NewUser {
    pub email: Email,
    pub name: Name,
    pub password: Password,
}

/// As the cache keeps it: no password, not even hashed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub may_order: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl App {
    pub async fn register_user(&self, new: NewUser) -> Result<User, Error> {
        let hash = self.passwords.hash(new.password.0).await?;
        let id = UserId(Uuid::now_v7());
        let user = self.store.insert_user(id, &new.email.0, &new.name.0, &hash).await?;
        user.ok_or(Error::EmailTaken)
    }

    /// Takes as long for an unknown address as for a wrong password: a hash is compared either way.
    pub async fn authenticate_user(&self, email: &str, password: String) -> Result<User, Error> {
        // An address or password that could not have been registered is simply wrong here.
        let found = match Email::parse(email) {
            Ok(email) => self.store.find_by_email(&email.0).await?,
            Err(_) => None,
        };
        let (user, hash) = found.unzip();
        let matches = self.passwords.verify(Secret::new(password), hash).await?;
        user.filter(|_| matches).ok_or(Error::BadCredentials)
    }

    /// From the cache, else from the database, which then fills the cache.
    pub async fn user(&self, id: UserId) -> Result<User, Error> {
        if let Some(user) = self.cache.user(id).await {
            return Ok(user);
        }
        let user = self.store.find_user(id).await?.ok_or(Error::UserNotFound)?;
        self.cache.fill_user(&user).await;
        Ok(user)
    }
}
