//! The rules, and the use cases. A value of these types keeps its rule: it was parsed.

// <grpc>
use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
// </grpc>
use uuid::Uuid;

use crate::{App, error::Error};

const NAME_MAX_CHARS: usize = 100;

/// Chosen by whoever asks for a new one: the same request twice is one, so it may be tried again.
// <grpc>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
// </grpc>
// <worker>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// </worker>
pub struct MyThingId(pub Uuid);

// <grpc>
impl MyThingId {
    pub fn parse(text: &str) -> Result<Self, Error> {
        text.parse().map(Self).map_err(|_| Error::invalid("id", "must be a UUID"))
    }
}

impl fmt::Display for MyThingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

// </grpc>
/// What it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
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

#[derive(Debug)]
pub struct NewMyThing {
    pub id: MyThingId,
    pub name: Name,
}

// <grpc>
/// As the cache keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
// </grpc>
// <worker>
#[derive(Debug, Clone)]
// </worker>
pub struct MyThing {
    // <grpc>
    pub id: MyThingId,
    // </grpc>
    pub name: String,
    // <grpc>
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    // </grpc>
}

impl App {
    /// The same again answers what is there; another name under the same id is a mistake of the caller.
    pub async fn add(&self, new: NewMyThing) -> Result<MyThing, Error> {
        if let Some(added) = self.store.insert(&new).await? {
            return Ok(added);
        }
        let there = self.store.find(new.id).await?.filter(|there| there.name == new.name.0);
        there.ok_or(Error::IdTaken)
    }
    // <grpc>

    /// From the cache, else from the database, which then fills the cache.
    pub async fn find(&self, id: MyThingId) -> Result<MyThing, Error> {
        if let Some(found) = self.cache.find(id).await {
            return Ok(found);
        }
        let found = self.store.find(id).await?.ok_or(Error::NotFound)?;
        self.cache.fill(&found).await;
        Ok(found)
    }
    // </grpc>
}
