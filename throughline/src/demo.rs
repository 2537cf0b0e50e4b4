//! `throughline demo`: places orders like a customer, and shows each as the one trace that it is.

mod shop;
mod traces;

use std::{io::Write, time::Duration};

use anyhow::{Context, Result};

use crate::{
    contract::{self, Node},
    tree,
};

use shop::Status;

pub use shop::{PlacedOrder, Shop};
pub use traces::Traces;

/// How long an order may take to be settled, and a trace to arrive. Both take well under a second; this
/// is when waiting makes no sense any more.
const PATIENCE: Duration = Duration::from_secs(15);

/// One kind of order, and what its trace has to be.
struct Scene {
    title: &'static str,
    sku: &'static str,
    becomes: Status,
    contract: Node,
}

/// Places three orders at the gateway `gateway` (one is confirmed, one rejected, one repeated with the
/// same key) and prints their traces as `ui` tells them. Returns whether every trace was whole.
///
/// # Errors
/// When the system does not answer as it should; the text says which call and how.
pub async fn run(gateway: &str, ui: &str, out: &mut dyn Write) -> Result<bool> {
    let shop = Shop::open_account(gateway).await?;
    let traces = Traces::new(ui);
    let mut whole = true;
    let scenes = [
        Scene {
            title: "An order of TEA-001: confirmed",
            sku: "TEA-001",
            becomes: Status::Confirmed,
            contract: contract::confirmed(),
        },
        Scene {
            title: "An order of RARE-404: rejected",
            sku: "RARE-404",
            becomes: Status::Rejected,
            contract: contract::rejected(),
        },
    ];
    let mut first = None;
    for scene in scenes {
        let placed = shop.place(scene.sku).await?;
        let status = shop.settled(&placed, PATIENCE).await?;
        anyhow::ensure!(status == scene.becomes, "order {} of {} became {status}", placed.id, scene.sku);
        whole &= show(scene.title, &placed, &scene.contract, &traces, out).await?;
        first.get_or_insert(placed);
    }
    let first = first.context("no order was placed")?;
    let again = shop.place_again(&first).await?;
    anyhow::ensure!(again.id == first.id, "a repeated request placed a second order, {}", again.id);
    let title = "The first order again, with the same Idempotency-Key: the same order";
    whole &= show(title, &again, &contract::repeated(), &traces, out).await?;
    Ok(whole)
}

async fn show(
    title: &str,
    placed: &PlacedOrder,
    contract: &Node,
    traces: &Traces,
    out: &mut dyn Write,
) -> Result<bool> {
    let spans = traces.wait_for(&placed.trace_id, contract, PATIENCE).await?;
    let violations = contract::check(contract, &spans);
    writeln!(out, "{title}\norder {}, trace {}, {} spans\n", placed.id, placed.trace_id, spans.len())?;
    writeln!(out, "{}", tree::render(&spans))?;
    for violation in &violations {
        writeln!(out, "  not as promised: {violation}")?;
    }
    writeln!(out, "{}\n", traces.page(&placed.trace_id))?;
    Ok(violations.is_empty())
}
