//! Whoever is woken finds a page that says what to do, and a dashboard.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{documents, files, root, text};

fn alerts() -> Vec<Value> {
    let groups = files("deploy/prometheus/rules", "yaml").into_iter().flat_map(|file| documents(&file));
    let rules = groups.flat_map(|file| file["groups"].as_array().cloned().unwrap());
    rules
        .flat_map(|group| group["rules"].as_array().cloned().unwrap())
        .filter(|rule| rule["alert"].is_string())
        .collect()
}

#[test]
fn every_alert_has_a_summary_a_description_a_severity_a_runbook_and_a_dashboard() {
    let dashboards: Vec<String> = files("deploy/grafana/dashboards", "json")
        .iter()
        .map(|file| format!("/d/throughline-{}", file.file_stem().unwrap().to_str().unwrap()))
        .collect();
    for alert in alerts() {
        let name = text(&alert, "/alert");
        assert!(["page", "ticket"].contains(&text(&alert, "/labels/severity")), "{name}");
        assert!(text(&alert, "/annotations/summary").len() > 10, "{name}");
        assert!(text(&alert, "/annotations/description").len() > 10, "{name}");
        let page = text(&alert, "/annotations/runbook_url");
        let runbook =
            fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{name}: {page}: {error}"));
        let title = runbook.lines().next().unwrap();
        assert!(
            title.trim_start_matches("# ").split(", ").any(|own| own == name),
            "{page} is not about {name}"
        );
        let dashboard = text(&alert, "/annotations/dashboard");
        assert!(dashboards.iter().any(|own| own == dashboard), "{name}: there is no dashboard {dashboard}");
    }
}

#[test]
fn every_runbook_belongs_to_an_alert() {
    let alerts = alerts();
    let named: BTreeSet<&str> = alerts.iter().map(|alert| text(alert, "/annotations/runbook_url")).collect();
    for file in files("docs/runbooks", "md") {
        let page = format!("docs/runbooks/{}", file.file_name().unwrap().to_str().unwrap());
        assert!(named.contains(page.as_str()), "no alert leads to {page}");
    }
}

/// The unit tests of the rules are run by promtool (scripts/test-stack.sh); that none is left out is seen here.
#[test]
fn every_alert_is_tested_firing() {
    let tests: String = files("deploy/prometheus/tests", "yaml")
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    for alert in alerts() {
        let fires = format!("alertname=\"{}\"", text(&alert, "/alert"));
        assert!(tests.contains(&fires), "no test expects {fires}");
    }
}
