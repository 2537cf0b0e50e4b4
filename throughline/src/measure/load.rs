//! What an order costs when there are many at once: processor time of each service, and orders a second.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::try_join_all;

use super::process;
use crate::demo::{PlacedOrder, Shop};

const CUSTOMERS: usize = 16;
const ORDERS_OF_EACH: usize = 100;
/// All orders are accepted before the last is settled; the worker needs its time.
const PATIENCE: Duration = Duration::from_secs(60);
/// Each customer asks after the last of their orders only; often enough to see the end.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// Customers who each place one order after another, until all of them are settled; then a line for each
/// service. This program drives them on the same machine, so orders a second are a lower bound; processor
/// time is the services' own.
///
/// # Errors
/// When an order is not accepted or not confirmed, or the terminal is gone.
pub async fn print(gateway: &str, services: &[(String, u32)], out: &mut dyn Write) -> Result<()> {
    let shops = try_join_all((0..CUSTOMERS).map(|_| Shop::open_account(gateway))).await?;
    let shops: Vec<_> = shops.into_iter().map(|shop| shop.asking_every(ASK_EVERY)).collect();
    let before: Vec<_> = services.iter().map(|(_, pid)| process::cpu_time(*pid)).collect();
    let begun = Instant::now();
    let last = try_join_all(shops.iter().map(place)).await?;
    let accepted = begun.elapsed();
    try_join_all(shops.iter().zip(&last).map(|(shop, placed)| shop.settled(placed, PATIENCE))).await?;
    let (settled, orders) = (begun.elapsed(), CUSTOMERS * ORDERS_OF_EACH);
    writeln!(out, "{:34}{:>10} orders of {CUSTOMERS} customers at once", "under load", orders)?;
    for (title, took) in [("accepted, a second", accepted), ("settled, a second", settled)] {
        writeln!(out, "{title:34}{:>10.0}", orders as f64 / took.as_secs_f64())?;
    }
    for ((name, pid), before) in services.iter().zip(before) {
        let title = format!("{name}, CPU for an order");
        match (before, process::cpu_time(*pid)) {
            (Some(before), Some(after)) => {
                let milliseconds = (after - before).as_secs_f64() * 1_000.0 / orders as f64;
                writeln!(out, "{title:34}{milliseconds:>10.2} ms")?;
            }
            _ => writeln!(out, "{title:34}{:>10}", "unknown")?,
        }
    }
    Ok(())
}

/// The last of the orders, once it is accepted.
async fn place(shop: &Shop) -> Result<PlacedOrder> {
    for _ in 1..ORDERS_OF_EACH {
        shop.place("TEA-001").await?;
    }
    shop.place("TEA-001").await
}
