//! Placing an order: once for each key, with its event in the same transaction.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Money, NewOrder, Order, OrderId, PricedLine, Product};
use crate::{App, error::Error, events, store::KeyClaim};

impl App {
    pub async fn place(&self, new: NewOrder) -> Result<Order, Error> {
        let id = OrderId(Uuid::now_v7());
        let body_hash = hash(&new);
        let mut transaction = self.store.begin().await?;
        match transaction.claim_key(&new, &body_hash, id).await? {
            KeyClaim::Ours => {}
            KeyClaim::Taken => {
                transaction.rollback().await?;
                return self.placed_before(&new, &body_hash).await;
            }
        }
        let products = transaction.find_products(&new.lines).await?;
        let lines = price(&new, &products)?;
        let total = total(&lines)?;
        let order = transaction.insert_order(id, new.user_id, lines, total).await?;
        transaction.insert_event(&events::order_placed(&order), &self.telemetry.capture()).await?;
        transaction.commit().await?;
        self.outbox_bell.notify_one();
        Ok(order)
    }

    /// The order that an earlier request with this key placed, as it is now.
    async fn placed_before(&self, new: &NewOrder, body_hash: &[u8]) -> Result<Order, Error> {
        let (earlier_hash, id) = self.store.find_key(new).await?.ok_or_else(|| {
            // Between our two looks the key expired and was removed. Nothing was placed.
            Error::unavailable("the idempotency key was just removed")
        })?;
        if earlier_hash != body_hash {
            return Err(Error::KeyReused);
        }
        self.order(new.user_id, id).await
    }
}

/// Of what was understood, not of the bytes: white space or the order of JSON members make no difference.
fn hash(new: &NewOrder) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for line in &new.lines {
        hasher.update(line.sku.len().to_be_bytes());
        hasher.update(&line.sku);
        hasher.update(line.quantity.to_be_bytes());
    }
    hasher.finalize().to_vec()
}

fn price(new: &NewOrder, products: &[Product]) -> Result<Vec<PricedLine>, Error> {
    let priced = new.lines.iter().map(|line| {
        let product = products.iter().find(|product| product.sku == line.sku);
        let product = product.ok_or_else(|| Error::UnknownSku { sku: line.sku.clone() })?;
        let unit_price = product.price.clone();
        Ok(PricedLine { sku: line.sku.clone(), quantity: line.quantity, unit_price })
    });
    priced.collect()
}

fn total(lines: &[PricedLine]) -> Result<Money, Error> {
    let mut total: Option<Money> = None;
    for line in lines {
        let sum = total
            .get_or_insert_with(|| Money { amount_minor: 0, currency: line.unit_price.currency.clone() });
        if sum.currency != line.unit_price.currency {
            return Err(Error::invalid("lines", "must all be in one currency"));
        }
        let amount = line.unit_price.amount_minor.checked_mul(line.quantity.into());
        let amount = amount.and_then(|amount| sum.amount_minor.checked_add(amount));
        sum.amount_minor = amount.ok_or(Error::invalid("lines", "must add up to a smaller amount"))?;
    }
    total.ok_or(Error::invalid("lines", "must be 1 to 50"))
}

#[cfg(test)]
mod tests {
    use super::{Money, PricedLine, total};

    fn line(quantity: u32, amount_minor: i64, currency: &str) -> PricedLine {
        let unit_price = Money { amount_minor, currency: currency.to_owned() };
        PricedLine { sku: "TEA-001".to_owned(), quantity, unit_price }
    }

    #[test]
    fn a_total_is_the_sum_of_quantities_times_prices() {
        let total = total(&[line(2, 1290, "EUR"), line(3, 100, "EUR")]).ok();
        assert_eq!(total, Some(Money { amount_minor: 2880, currency: "EUR".to_owned() }));
    }

    #[test]
    fn amounts_that_do_not_fit_are_refused_instead_of_wrapping_around() {
        assert!(total(&[line(1000, i64::MAX / 2, "EUR")]).is_err());
    }

    #[test]
    fn two_currencies_have_no_total() {
        assert!(total(&[line(1, 1, "EUR"), line(1, 1, "USD")]).is_err());
    }
}
