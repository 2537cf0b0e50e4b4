//! The orders that a customer has placed, page by page.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App,
    accounts::UserId,
    error::Error,
    orders::{Order, Page},
};

const MAX_SIZE: u32 = 100;
const DEFAULT_SIZE: u8 = 20;

/// Which page a caller wants. Parameters that we don't know are refused, like members of a body.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// 20 if it is missing.
    #[param(value_type = Option<u8>, minimum = 1, maximum = 100, example = 20)]
    page_size: Option<PageSize>,
    /// `next_page_token` of the page before.
    page_token: Option<String>,
}

/// 1 to 100.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub struct PageSize(pub u8);

impl TryFrom<u32> for PageSize {
    type Error = &'static str;

    fn try_from(number: u32) -> Result<Self, Self::Error> {
        match u8::try_from(number) {
            Ok(size) if (1..=MAX_SIZE).contains(&number) => Ok(Self(size)),
            _ => Err("must be 1 to 100"),
        }
    }
}

/// Newest first.
#[derive(Serialize, ToSchema)]
pub struct OrderPage {
    items: Vec<Order>,
    /// For the next page; missing on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_page_token: Option<String>,
}

impl App {
    pub async fn orders_of(&self, user: UserId, query: PageQuery) -> Result<OrderPage, Error> {
        let after = query.page_token.map(|token| self.page_tokens.verify(user, &token)).transpose()?;
        let size = query.page_size.unwrap_or(PageSize(DEFAULT_SIZE));
        let Page { items, next } = self.orders.page(user, size, after).await?;
        Ok(OrderPage { items, next_page_token: next.map(|last| self.page_tokens.issue(user, last)) })
    }
}
