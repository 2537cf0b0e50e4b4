use std::fs;

use super::{code, root};

/// ARCHITECTURE.md lists where a new service has to be registered, as rows `| file | lines | what |`
/// counted for the template service.
#[test]
fn the_lines_that_register_a_service_are_those_that_the_architecture_lists() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = architecture.split("## Adding a service").nth(1).expect("the section is there");
    let rows: Vec<(&str, usize)> =
        section.lines().take_while(|line| !line.starts_with("## ")).filter_map(row).collect();
    assert!(!rows.is_empty(), "the table is there");
    for (file, expected) in rows {
        let text = fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let found = lines(file, &text).filter(|line| names_orders(line)).count();
        assert_eq!(found, expected, "lines of {file} that name the service `orders`");
    }
}

/// Without comments, as the kind of file has them.
fn lines<'a>(file: &str, text: &'a str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    if file.ends_with(".rs") {
        return Box::new(code(text));
    }
    let comment = if file.ends_with(".sql") { "--" } else { "#" };
    Box::new(text.lines().filter(move |line| !line.trim_start().starts_with(comment)))
}

fn row(line: &str) -> Option<(&str, usize)> {
    let mut cells = line.split('|').map(str::trim).skip(1);
    let file = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
    Some((file, cells.next()?.parse().ok()?))
}

/// The service, not the topic `orders.placed` nor the worker.
fn names_orders(line: &str) -> bool {
    let line = line.replace("orders.placed", "");
    line.match_indices("orders").any(|(at, word)| {
        let next = line[at + word.len()..].chars().next();
        let before = line[..at].chars().next_back();
        let joined = |c: char| c.is_alphanumeric() || c == '-';
        !next.is_some_and(joined) && !before.is_some_and(|c| joined(c) || c == '_')
    })
}
