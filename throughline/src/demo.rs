//! `throughline demo`: places orders like a customer, and shows each as the one trace that it is.

mod shop;
mod traces;

use std::{io::Write, time::Duration};

use anyhow::{Context, Result};
use telemetry::MessagingTrace;

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
    /// Of the trace in which it is handled, where that is another one.
    apart: Option<Node>,
}

fn scenes(messaging: MessagingTrace) -> [Scene; 2] {
    let (confirmed, rejected) = ("An order of TEA-001: confirmed", "An order of RARE-404: rejected");
    let scene = |title, sku, becomes, contract, apart| match messaging {
        MessagingTrace::Parent => Scene { title, sku, becomes, contract, apart: None },
        MessagingTrace::Link => {
            Scene { title, sku, becomes, contract: contract::placed_apart(), apart: Some(apart) }
        }
    };
    [
        scene(confirmed, "TEA-001", Status::Confirmed, contract::confirmed(), contract::handled_apart()),
        scene(rejected, "RARE-404", Status::Rejected, contract::rejected(), contract::refused_apart()),
    ]
}

/// Places three orders at the gateway `gateway` (one is confirmed, one rejected, one repeated with the
/// same key) and prints their traces as `ui` tells them. Returns whether every trace was whole: an order
/// is one trace, or two and a link, as `messaging` says that the worker does it.
///
/// # Errors
/// When the system does not answer as it should; the text says which call and how.
pub async fn run(gateway: &str, ui: &str, messaging: MessagingTrace, out: &mut dyn Write) -> Result<bool> {
    let shop = Shop::open_account(gateway).await?;
    let traces = Traces::new(ui);
    let mut whole = true;
    let mut first = None;
    for scene in scenes(messaging) {
        let placed = shop.place(scene.sku).await?;
        let status = shop.settled(&placed, PATIENCE).await?;
        anyhow::ensure!(status == scene.becomes, "order {} of {} became {status}", placed.id, scene.sku);
        whole &= show(scene.title, &placed, &scene.contract, &traces, out).await?;
        if let Some(contract) = &scene.apart {
            whole &= show_apart(&placed, contract, &traces, out).await?;
        }
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
    writeln!(out, "{title}\norder {}", placed.id)?;
    show_trace(&placed.trace_id, contract, traces, out).await
}

async fn show_apart(
    placed: &PlacedOrder,
    contract: &Node,
    traces: &Traces,
    out: &mut dyn Write,
) -> Result<bool> {
    match traces.wait_for_linked(&placed.trace_id, PATIENCE).await? {
        Some(trace_id) => {
            writeln!(out, "It is handled in a trace of its own, with a link to the one that placed it")?;
            show_trace(&trace_id, contract, traces, out).await
        }
        None => {
            writeln!(out, "  not as promised: no trace is linked to {}\n", placed.trace_id)?;
            Ok(false)
        }
    }
}

async fn show_trace(trace_id: &str, contract: &Node, traces: &Traces, out: &mut dyn Write) -> Result<bool> {
    let spans = traces.wait_for(trace_id, contract, PATIENCE).await?;
    let violations = contract::check(contract, &spans);
    writeln!(out, "trace {trace_id}, {} spans\n", spans.len())?;
    writeln!(out, "{}", tree::render(&spans))?;
    for violation in &violations {
        writeln!(out, "  not as promised: {violation}")?;
    }
    writeln!(out, "{}\n", traces.page(trace_id))?;
    Ok(violations.is_empty())
}
