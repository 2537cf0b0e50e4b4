//! The orders of one customer, page by page, the newest first.

use super::{Order, OrderId, UserId};
use crate::{App, error::Error};

const DEFAULT_SIZE: i32 = 20;
const MAX_SIZE: i32 = 100;

/// How many orders a page has.
#[derive(Debug, Clone, Copy)]
pub struct PageSize(pub i32);

impl PageSize {
    /// Zero is how protobuf says that nothing was said.
    pub fn parse(size: i32) -> Result<Self, Error> {
        match size {
            0 => Ok(Self(DEFAULT_SIZE)),
            1..=MAX_SIZE => Ok(Self(size)),
            _ => Err(Error::invalid("page_size", "must be 1 to 100")),
        }
    }
}

/// Some orders, and where the next page begins.
pub struct Page {
    pub items: Vec<Order>,
    pub next: Option<OrderId>,
}

impl App {
    /// `before` is the last order of the page before. Ids sort by time, so that a new order is on the
    /// first page and shifts no other.
    pub async fn list(
        &self,
        user_id: UserId,
        before: Option<OrderId>,
        size: PageSize,
    ) -> Result<Page, Error> {
        // One more than asked for tells whether there is a next page.
        let mut items = self.store.list_orders(user_id, before, i64::from(size.0) + 1).await?;
        let size = usize::try_from(size.0).map_err(Error::internal)?;
        let more = items.len() > size;
        items.truncate(size);
        let next = items.last().filter(|_| more).map(|order| order.id);
        Ok(Page { items, next })
    }
}
