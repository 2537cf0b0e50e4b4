//! README says what is so: its commands are run, its tree is held against the contract.

use std::{fs, process::Stdio};

use clap::CommandFactory;
use throughline::{
    contract,
    trace::{Role, Span},
};
use tokio::process::Command;

use crate::{house::root, system::System};

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The fenced blocks below a heading.
fn blocks(heading: &str) -> Vec<String> {
    let text = readme();
    let section = text.split(heading).nth(1).expect("the heading is there");
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("```").skip(1).step_by(2);
    blocks.map(|block| block.split_once('\n').unwrap().1.to_owned()).collect()
}

#[tokio::test]
async fn the_commands_that_place_an_order_place_one_that_is_confirmed() {
    let system = System::start().await;
    let script = blocks("## Place an order").remove(0);
    assert!(script.contains("http://127.0.0.1:8080"));
    let output = Command::new("bash")
        .args(["-euc", &script.replace("http://127.0.0.1:8080", &system.gateway)])
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("\"status\":\"confirmed\""), "{text}");
}

#[test]
fn the_tree_is_what_the_contract_promises() {
    let tree = blocks("## See it at once").remove(1);
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for line in tree.lines() {
        let name = line.find(|c: char| c.is_alphabetic()).unwrap();
        let depth = line[..name].chars().count() / 3;
        let words: Vec<&str> = line[name..].split("  ").filter(|word| !word.is_empty()).collect();
        let (service, name) = words[0].split_once(' ').unwrap();
        open.truncate(depth);
        let parent = open.last().map(|index| spans[*index].span_id.clone());
        open.push(spans.len());
        spans.push(span(spans.len(), parent, (service, words[1].trim(), name)));
    }
    let violations = contract::check(&contract::confirmed(), &spans);
    assert!(violations.is_empty(), "{violations:#?}");
    assert_eq!(spans.len(), 33, "as the picture's text says");
}

fn span(index: usize, parent: Option<String>, (service, kind, name): (&str, &str, &str)) -> Span {
    Span {
        trace_id: "one".to_owned(),
        span_id: index.to_string(),
        parent,
        role: Role { service: service.to_owned(), kind: kind.to_owned(), name: name.trim().to_owned() },
        start_us: 0,
        duration_us: 0,
        failed: false,
        status: None,
    }
}

#[test]
fn each_service_s_page_has_every_setting_with_its_default() {
    let services = [
        ("gateway", gateway::Config::command()),
        ("users", users::Config::command()),
        ("orders", orders::Config::command()),
        ("order-worker", order_worker::Config::command()),
    ];
    for (service, command) in services {
        let page = fs::read_to_string(root().join("services").join(service).join("README.md")).unwrap();
        for setting in command.get_arguments() {
            let Some(variable) = setting.get_env() else { continue };
            let row = format!("| `{}` |", variable.display());
            let row = page
                .lines()
                .find(|line| line.starts_with(&row))
                .unwrap_or_else(|| panic!("{service}: {row}"));
            for default in setting.get_default_values() {
                assert!(row.contains(&format!("`{}`", default.display())), "{service}: {row}");
            }
        }
    }
}

#[test]
fn the_readme_fits_on_three_screens() {
    assert!(readme().lines().count() <= 150);
}
