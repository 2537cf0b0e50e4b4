//! The rules: what a placed order asks for, and whether there is enough.

use std::{collections::HashMap, fmt};

use prost::Message;
use proto::events::v1::OrderPlaced;
use uuid::Uuid;

use crate::{App, error::Error, orders::Settled};

/// An event that can be worked on.
#[derive(Debug)]
pub struct PlacedOrder {
    pub event_id: Uuid,
    pub order_id: Uuid,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub sku: String,
    pub quantity: i64,
}

/// What came of an order: stored with the event, so that it is the same whenever the event comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Confirmed,
    Rejected(Rejection),
}

/// Why not, in words a customer may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection(pub String);

/// How much there is of a SKU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Available {
    Units(i64),
    /// Made to order: never runs out.
    Unlimited,
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl PlacedOrder {
    pub fn parse(event_id: Option<&[u8]>, payload: &[u8]) -> Result<Self, Error> {
        let event_id = event_id.ok_or(Error::Malformed("the event-id header is missing"))?;
        let event_id =
            Uuid::try_parse_ascii(event_id).map_err(|_| Error::Malformed("the event-id is no UUID"))?;
        let event =
            OrderPlaced::decode(payload).map_err(|_| Error::Malformed("the payload is no OrderPlaced"))?;
        let order_id = event.order_id.parse().map_err(|_| Error::Malformed("the order id is no UUID"))?;
        if event.lines.is_empty() || event.lines.iter().any(|line| line.quantity == 0) {
            return Err(Error::Malformed("the order has no lines, or one without a quantity"));
        }
        let lines =
            event.lines.into_iter().map(|line| Line { sku: line.sku, quantity: line.quantity.into() });
        Ok(Self { event_id, order_id, lines: lines.collect() })
    }
}

/// All lines or none: half an order is no order.
pub fn decide(lines: &[Line], stock: &HashMap<String, Available>) -> Outcome {
    let missing = lines.iter().find(|line| match stock.get(&line.sku) {
        Some(Available::Unlimited) => false,
        Some(Available::Units(available)) => *available < line.quantity,
        None => true,
    });
    match missing {
        None => Outcome::Confirmed,
        Some(line) => Outcome::Rejected(Rejection(format!("{} is out of stock", line.sku))),
    }
}

impl App {
    /// Reserves (once for each event), then tells the orders service (each time: the answer to an
    /// earlier attempt may have been lost).
    pub async fn settle(&self, placed: &PlacedOrder) -> Result<(), Error> {
        let outcome = match self.store.find_outcome(placed.event_id).await? {
            Some(outcome) => outcome,
            None => self.reserve(placed).await?,
        };
        match self.orders.settle(placed.order_id, outcome).await? {
            Settled::AsTold => Ok(()),
            Settled::Cancelled => self.release(placed).await,
        }
    }

    /// Gives back what this order holds, if it still holds anything: the same release twice is one.
    async fn release(&self, placed: &PlacedOrder) -> Result<(), Error> {
        let mut transaction = self.store.begin().await?;
        transaction.lock_stock(&placed.lines).await?;
        transaction.delete_reservations(placed.order_id).await?;
        transaction.commit().await
    }

    async fn reserve(&self, placed: &PlacedOrder) -> Result<Outcome, Error> {
        let mut transaction = self.store.begin().await?;
        let stock = transaction.lock_stock(&placed.lines).await?;
        let outcome = decide(&placed.lines, &stock);
        if outcome == Outcome::Confirmed {
            transaction.take_stock(&placed.lines).await?;
            transaction.insert_reservations(placed.order_id, &placed.lines).await?;
        }
        transaction.insert_outcome(placed, &outcome).await?;
        transaction.commit().await?;
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Available, Line, Outcome, PlacedOrder, decide};

    fn line(sku: &str, quantity: i64) -> Line {
        Line { sku: sku.to_owned(), quantity }
    }

    fn stock() -> HashMap<String, Available> {
        HashMap::from([("CUP".to_owned(), Available::Units(3)), ("TEA".to_owned(), Available::Unlimited)])
    }

    #[test]
    fn the_last_unit_can_be_sold() {
        assert_eq!(decide(&[line("CUP", 3), line("TEA", 1000)], &stock()), Outcome::Confirmed);
    }

    #[test]
    fn one_missing_unit_rejects_the_whole_order() {
        assert!(matches!(decide(&[line("TEA", 1), line("CUP", 4)], &stock()), Outcome::Rejected(_)));
    }

    #[test]
    fn a_sku_that_the_warehouse_does_not_know_is_out_of_stock() {
        assert!(matches!(decide(&[line("NEW", 1)], &stock()), Outcome::Rejected(_)));
    }

    #[test]
    fn an_event_without_an_id_can_not_be_handled() {
        assert!(PlacedOrder::parse(None, &[]).is_err());
    }
}
