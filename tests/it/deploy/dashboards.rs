//! The dashboards' form; that their queries have data is seen on the running stack (`tests/stack`).

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{files, text};

fn dashboards() -> Vec<(String, Value)> {
    let read = |file: std::path::PathBuf| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap())
    };
    files("deploy/grafana/dashboards", "json").into_iter().map(read).collect()
}

fn panels(dashboard: &Value) -> &Vec<Value> {
    dashboard["panels"].as_array().unwrap()
}

/// A link to a dashboard or to a panel holds only as long as these do.
#[test]
fn a_dashboard_is_called_as_its_file_and_its_panels_have_ids_of_their_own() {
    for (file, dashboard) in dashboards() {
        assert_eq!(text(&dashboard, "/uid"), format!("throughline-{file}"));
        assert!(dashboard["id"].is_null(), "{file}: Grafana gives the number");
        let ids: BTreeSet<u64> =
            panels(&dashboard).iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
        assert_eq!(ids.len(), panels(&dashboard).len(), "{file}: an id is there twice");
    }
}

#[test]
fn no_panel_is_empty_and_each_asks_a_source_that_is_provisioned() {
    for (file, dashboard) in dashboards() {
        for panel in panels(&dashboard) {
            let title = text(panel, "/title");
            let targets = panel["targets"].as_array();
            match text(panel, "/type") {
                "row" => assert!(targets.is_none(), "{file}: {title}"),
                "text" => assert!(text(panel, "/options/content").len() > 10, "{file}: {title}"),
                _ => assert!(targets.is_some_and(|targets| !targets.is_empty()), "{file}: {title} is empty"),
            }
            let letters: BTreeSet<&str> =
                targets.into_iter().flatten().map(|target| text(target, "/refId")).collect();
            assert_eq!(letters.len(), targets.map_or(0, Vec::len), "{file}: {title}: a refId is there twice");
            for target in targets.into_iter().flatten() {
                assert_eq!(text(target, "/datasource/uid"), "prometheus", "{file}: {title}");
            }
        }
    }
}

#[test]
fn no_panel_covers_another() {
    for (file, dashboard) in dashboards() {
        let mut taken = BTreeSet::new();
        for panel in panels(&dashboard) {
            let side = |name: &str| panel["gridPos"][name].as_u64().unwrap();
            assert!(side("x") + side("w") <= 24, "{file}: {} is wider than the page", panel["title"]);
            for x in side("x")..side("x") + side("w") {
                for y in side("y")..side("y") + side("h") {
                    assert!(taken.insert((x, y)), "{file}: {} covers another", panel["title"]);
                }
            }
        }
    }
}
