//! The process with wrong settings: it ends with code 64 and a sentence before it binds anything.

use std::{
    env, fs,
    path::PathBuf,
    process::{Command, Output},
};

/// This package's program, whatever the package is called: cargo builds it beside the tests.
fn program() -> PathBuf {
    let test = env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join(env!("CARGO_PKG_NAME"))
}

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(program()).env_clear().args(arguments).envs(variables.iter().copied()).output().unwrap()
}

fn refused(variables: &[(&str, &str)], words: &[&str]) {
    let output = run(&[], variables);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64), "{variables:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{variables:?}: {word} is missing in: {said}");
    }
}

#[test]
fn a_wrong_setting_is_named_with_its_value() {
    refused(&[("ADMIN_ADDR", "9199")], &["ADMIN_ADDR", "9199"]);
}

#[test]
fn a_secret_that_is_missing_or_wrong_is_named_and_not_shown() {
    let redis = ("REDIS_URL", "redis://127.0.0.1:1/0");
    refused(&[redis], &["DATABASE_URL", "DATABASE_URL_FILE"]);
    let wrong = [redis, ("DATABASE_URL", "mysql://root:hunter2@127.0.0.1/my_things")];
    refused(&wrong, &["DATABASE_URL", "postgres://"]);
    let said = run(&[], &wrong);
    assert!(!String::from_utf8([said.stdout, said.stderr].concat()).unwrap().contains("hunter2"));
}

#[test]
fn the_manual_and_the_readme_name_the_same_settings() {
    let output = run(&["--help"], &[]);
    let manual = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let variables = readme.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let variables: Vec<&str> = variables.collect();
    assert!(variables.len() >= 2, "{variables:?}");
    for variable in variables {
        assert!(manual.contains(variable), "{variable} is missing in --help");
    }
}
