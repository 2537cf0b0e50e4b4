//! What an order costs when there are many at once: processor time of each service, and orders a second.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use anyhow::Result;
use futures_util::future::try_join_all;

use super::process;
use crate::demo::Shop;

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
    try_join_all(shops.iter().map(order)).await?;
    let (took, orders) = (begun.elapsed(), CUSTOMERS * ORDERS_OF_EACH);
    let a_second = orders as f64 / took.as_secs_f64();
    writeln!(
        out,
        "{:34}{a_second:>10.0} orders a second, {CUSTOMERS} customers, {orders} orders",
        "under load"
    )?;
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

async fn order(shop: &Shop) -> Result<()> {
    let mut last = None;
    for _ in 0..ORDERS_OF_EACH {
        last = Some(shop.place("TEA-001").await?);
    }
    if let Some(placed) = last {
        shop.settled(&placed, PATIENCE).await?;
    }
    Ok(())
}
