//! `throughline demo --measure`: the figures that the project promises. Printed, never judged: a machine
//! that is busy or small has other ones.

pub mod load;
pub mod source;
mod process;

use std::{
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::demo::Shop;

const ORDERS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(15);

/// From sending the order to reading that it is confirmed, for [`ORDERS`] orders one after another.
///
/// # Errors
/// When an order is not confirmed.
pub async fn order_to_confirmed(gateway: &str) -> Result<Vec<Duration>> {
    let shop = Shop::open_account(gateway).await?;
    let mut durations = Vec::with_capacity(ORDERS);
    for _ in 0..ORDERS {
        let begun = Instant::now();
        let placed = shop.place("TEA-001").await?;
        shop.settled(&placed, PATIENCE).await?;
        durations.push(begun.elapsed());
    }
    durations.sort_unstable();
    Ok(durations)
}

/// Writes one line for each service: resident memory in MiB.
///
/// # Errors
/// When the terminal is gone.
pub fn print_memory(title: &str, services: &[(String, u32)], out: &mut dyn Write) -> Result<()> {
    for (name, pid) in services {
        match process::resident_bytes(*pid) {
            Some(bytes) => {
                let tenths = bytes * 10 / (1024 * 1024);
                writeln!(
                    out,
                    "{:34}{:>8}.{} MiB",
                    format!("{name}, memory {title}"),
                    tenths / 10,
                    tenths % 10
                )?;
            }
            None => writeln!(out, "{:34}{:>14}", format!("{name}, memory {title}"), "unknown")?,
        }
    }
    Ok(())
}

/// Writes one line: a duration in milliseconds.
///
/// # Errors
/// When the terminal is gone.
pub fn print_duration(title: &str, duration: Duration, out: &mut dyn Write) -> Result<()> {
    Ok(writeln!(out, "{title:34}{:>10} ms", duration.as_millis())?)
}

/// Writes the size of the largest source file and the length of which nine of ten functions are at
/// most; nothing when `root` is no checkout.
///
/// # Errors
/// When the terminal is gone.
pub fn print_source(root: &Path, out: &mut dyn Write) -> Result<()> {
    let Some(sizes) = source::Sizes::of(root) else { return Ok(()) };
    if let Some((file, lines)) = &sizes.largest_file {
        writeln!(out, "{:34}{lines:>10} lines, {}", "largest source file", file.display())?;
    }
    Ok(writeln!(out, "{:34}{:>10} lines", "nine of ten functions, at most", sizes.function_p90)?)
}
