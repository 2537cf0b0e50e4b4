//! An order as callers send it, and placing it. A value of these types keeps its rule: it was parsed.
//! Whether the products exist, and what they cost, the orders service knows.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{App, accounts::UserId, error::Error, orders::Order};

const MAX_LINES: usize = 50;
const MAX_QUANTITY: u32 = 1_000;
const MAX_SKU_BYTES: usize = 64;
const MAX_KEY_BYTES: usize = 255;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    #[schema(value_type = Vec<Line>, min_items = 1, max_items = 50)]
    pub lines: Lines,
}

/// 1 to 50.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<Line>")]
pub struct Lines(pub Vec<Line>);

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Z0-9-]+$", example = "TEA-001")]
    pub sku: Sku,
    #[schema(value_type = u32, minimum = 1, maximum = 1000, example = 1)]
    pub quantity: Quantity,
}

/// Stock keeping unit: names a product.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Sku(pub String);

/// 1 to 1000.
#[derive(Debug, Deserialize)]
#[serde(try_from = "u32")]
pub struct Quantity(pub u32);

impl TryFrom<Vec<Line>> for Lines {
    type Error = &'static str;

    fn try_from(lines: Vec<Line>) -> Result<Self, Self::Error> {
        if (1..=MAX_LINES).contains(&lines.len()) {
            Ok(Self(lines))
        } else {
            Err("must have 1 to 50 entries")
        }
    }
}

impl TryFrom<String> for Sku {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=MAX_SKU_BYTES).contains(&text.len()) && text.bytes().all(allowed) {
            return Ok(Self(text));
        }
        Err("must have 1 to 64 characters of A-Z, 0-9 and -")
    }
}

impl TryFrom<u32> for Quantity {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        if (1..=MAX_QUANTITY).contains(&number) { Ok(Self(number)) } else { Err("must be 1 to 1000") }
    }
}

/// Chosen by the caller: the same key again is the same order again.
#[derive(Debug)]
pub struct IdempotencyKey(pub String);

impl IdempotencyKey {
    pub fn parse(text: Option<&str>) -> Result<Self, Error> {
        let text = text.ok_or(Error::KeyMissing)?;
        if (1..=MAX_KEY_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        Err(Error::KeyMalformed)
    }
}

/// A UUID, version 7, of the orders service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OrderId(pub Uuid);

impl OrderId {
    /// What is no id names no order.
    pub fn parse(text: &str) -> Result<Self, Error> {
        text.parse().map(Self).map_err(|_| Error::OrderNotFound)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl App {
    /// A token only says who somebody was an hour ago at most: users says whether they may order now.
    pub async fn place_order(
        &self,
        user: UserId,
        key: IdempotencyKey,
        new: NewOrder,
    ) -> Result<Order, Error> {
        if !self.users.user(user).await?.may_order {
            return Err(Error::MayNotOrder);
        }
        self.orders.place(user, key, new).await
    }
}
