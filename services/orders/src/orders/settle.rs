//! Settling an order: exactly one outcome, whoever says it how often.

use super::{Order, OrderId, OrderStatus};
use crate::{App, error::Error};

const MAX_REASON_BYTES: usize = 500;

/// What came of the reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    Confirmed,
    /// Why, in words a customer may read.
    Rejected(String),
}

impl Settlement {
    pub fn rejected(reason: String) -> Result<Self, Error> {
        if (1..=MAX_REASON_BYTES).contains(&reason.len()) {
            return Ok(Self::Rejected(reason));
        }
        Err(Error::invalid("rejected.reason", "must have 1 to 500 bytes"))
    }

    fn outcome(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Rejected(_) => "rejected",
        }
    }

    pub fn status(&self) -> OrderStatus {
        match self {
            Self::Confirmed => OrderStatus::Confirmed,
            Self::Rejected(_) => OrderStatus::Rejected,
        }
    }
}

impl App {
    /// The status that holds afterwards: the settlement's, or that the customer cancelled before.
    pub async fn settle(&self, id: OrderId, settlement: Settlement) -> Result<OrderStatus, Error> {
        let settled_now = self.store.settle_order(id, &settlement).await?;
        let order = self.store.find_order(id).await?.ok_or(Error::OrderNotFound)?;
        if settled_now {
            self.measure(&order, settlement.outcome());
            self.order_changed(&order).await;
        }
        match order.status {
            OrderStatus::Cancelled => Ok(OrderStatus::Cancelled),
            status if status == settlement.status() => Ok(status),
            _ => Err(Error::SettledOtherwise),
        }
    }

    /// Both times are the database's, so that no clock of another machine is in the figure.
    fn measure(&self, order: &Order, outcome: &'static str) {
        let Some(settled_at) = order.settled_at else { return };
        if let Ok(duration) = (settled_at - order.created_at).try_into() {
            self.settlements.record(duration, outcome);
        }
    }
}
