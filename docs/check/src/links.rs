//! Links: what they lead to is there.

use crate::{checkout::Checkout, page::Page, problem::Problem};

/// One problem for each dead link of `page`; `pages` are those that an anchor may be in.
pub fn check(checkout: &Checkout, pages: &[Page], page: &Page) -> Vec<Problem> {
    let check = |link: &crate::page::Link| {
        let what = dead(checkout, pages, page, &link.target)?;
        Some(Problem::new(&page.path, link.line, what))
    };
    page.links.iter().filter_map(check).collect()
}

fn dead(checkout: &Checkout, pages: &[Page], page: &Page, target: &str) -> Option<String> {
    if target.starts_with('/') || target.starts_with("file:") {
        return Some(format!("{target} leads to a place on one machine: write a path relative to this page"));
    }
    // What is elsewhere can't be promised.
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let Some(path) = resolve(&page.path, path) else {
        return Some(format!("{target} leads out of the repository"));
    };
    if !checkout.has(&path) {
        return Some(format!("there is no {path}"));
    }
    dead_anchor(checkout, pages, &path, anchor?)
}

fn dead_anchor(checkout: &Checkout, pages: &[Page], path: &str, anchor: &str) -> Option<String> {
    if let Some(page) = pages.iter().find(|page| page.path == path) {
        return (!page.has_anchor(anchor)).then(|| format!("{path} has no heading #{anchor}"));
    }
    let lines = checkout.read(path).map_or(0, |text| text.lines().count());
    let line = anchor.strip_prefix('L').and_then(|line| line.parse::<usize>().ok());
    match line {
        Some(line) if line <= lines => None,
        _ => Some(format!("{path} has no place #{anchor}")),
    }
}

/// `../a` seen from `b/c.md` is `a`; `None` above the root.
fn resolve(page: &str, target: &str) -> Option<String> {
    if target.is_empty() {
        return Some(page.to_owned());
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
