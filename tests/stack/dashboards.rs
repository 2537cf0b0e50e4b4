//! Every query of every panel has data on the real Prometheus while orders are placed, and every metric and
//! label in it exists.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::{
    stack::{query, until},
    traffic::Traffic,
};

struct Panel {
    name: String,
    expression: String,
}

/// The panels' queries, with a service that has what the panel shows in place of the variable.
fn panels() -> Vec<Panel> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/grafana/dashboards");
    let mut panels = Vec::new();
    for file in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let dashboard: Value = serde_json::from_str(&fs::read_to_string(file.path()).unwrap()).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            for target in panel["targets"].as_array().into_iter().flatten() {
                let name = format!("{}, {}", dashboard["title"], panel["title"]);
                panels.push(Panel { name, expression: target["expr"].as_str().unwrap().to_owned() });
            }
        }
    }
    panels
}

/// With data for one service at least: not each has a database, or is called over HTTP.
async fn has_data(expression: &str) -> Result<bool, String> {
    let services = ["gateway", "users", "orders", "order-worker"];
    let variants = if expression.contains("$service") { &services[..] } else { &services[..1] };
    for service in variants {
        let series = query(&expression.replace("$service", service)).await?;
        if series.iter().any(|one| one.value.is_finite()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn every_query_of_every_panel_has_data_while_orders_are_placed() {
    let panels = panels();
    assert!(panels.len() > 60, "{} queries", panels.len());
    let traffic = Traffic::start().await;
    for Panel { name, expression } in &panels {
        until(&format!("{name}: {expression}"), async || has_data(expression).await.unwrap()).await;
    }
    traffic.stop().await;
    println!("dashboards: {} queries, all with data", panels.len());
}

#[tokio::test]
#[ignore = "needs the running stack"]
async fn every_metric_and_label_that_a_rule_or_a_panel_names_exists() {
    let traffic = Traffic::start().await;
    let mut named = BTreeSet::new();
    for Panel { expression, .. } in panels() {
        named.extend(labels_of(&expression));
    }
    until("all labels exist", async || {
        let mut missing = Vec::new();
        for (metric, label) in &named {
            let exists = format!("count({{__name__=~\"{metric}\", {label}!=\"\"}})");
            if query(&exists).await.unwrap_or_default().is_empty() {
                missing.push(format!("{metric}{{{label}}}"));
            }
        }
        if !missing.is_empty() {
            println!("not yet: {missing:?}");
        }
        missing.is_empty()
    })
    .await;
    traffic.stop().await;
}

/// Each label that a selector names, with its metric: `metric{a="b", c=~"d"}`.
fn labels_of(expression: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (at, _) in expression.match_indices('{') {
        let metric: String =
            expression[..at].chars().rev().take_while(|c| c.is_alphanumeric() || "_:".contains(*c)).collect();
        let metric: String = metric.chars().rev().collect();
        let Some(selector) = expression[at + 1..].split('}').next() else { continue };
        for matcher in selector.split(", ") {
            let label: String = matcher.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            // Failures are none while all goes well.
            if metric.is_empty() || label.is_empty() || label == "__name__" || label == "error_type" {
                continue;
            }
            pairs.push((metric.clone(), label));
        }
    }
    pairs
}
